import { ManualClock } from '../testing/manual-clock.js';
import { until } from '../../../../test/support/until.js';
import { AuthEvents } from './auth-events.js';

const failed = { clientId: 'web', account: 'masked', code: 'invalid_credentials' };

describe('AuthEvents', () => {
  it('tells every subscriber until it unsubscribes', () => {
    const events = new AuthEvents();
    const heard: string[] = [];
    const stop = events.on('login.failed', ({ clientId }) => heard.push(clientId));
    events.on('login.failed', () => heard.push('other'));
    events.emit('login.failed', failed);
    stop();
    events.emit('login.failed', failed);
    expect(heard).toEqual(['web', 'other', 'other']);
  });

  it('reports a listener that throws or rejects, and goes on', async () => {
    const failures: unknown[] = [];
    const events = new AuthEvents((error, event) => failures.push(event, error));
    events.on('login.failed', () => {
      throw new Error('thrown');
    });
    events.onAny(() => Promise.reject(new Error('rejected')));
    const last = new Promise<void>((resolve) => {
      events.onAny(() => resolve());
    });
    events.emit('login.failed', failed);
    await last;
    await Promise.resolve();
    expect(failures.map(String)).toEqual([
      'login.failed',
      'Error: thrown',
      'login.failed',
      'Error: rejected',
    ]);
  });

  it('[15] tells those who subscribed to all, until they unsubscribe, by name', () => {
    const events = new AuthEvents();
    const heard: string[] = [];
    const stop = events.onAny((record) =>
      heard.push(record.event === 'keys.rotated' ? record.kid : record.event),
    );
    events.emit('keys.rotated', { kid: 'k1' });
    events.emit('everything.revoked', {});
    stop();
    events.emit('keys.rotated', { kid: 'k2' });
    expect(heard).toEqual(['k1', 'everything.revoked']);
  });

  it('[15] writes records: what, when, outcome, from where; what nobody knows is left out', () => {
    const clock = new ManualClock(1_700_000_000_000);
    const events = new AuthEvents(undefined, { clock });
    const records: object[] = [];
    events.onAny((record) => records.push(record));
    const origin = { address: '192.0.2.1', userAgent: undefined, requestId: 'req-1' };
    events.emit('login.failed', failed, () => origin);
    events.emit('access.denied', { subject: undefined, code: 'access_denied', reason: 'no' });
    events.emit('roles.reload_failed', { revision: 1, error: 'wrong' });
    events.emit('alert.reuse', { sessionId: 's', reuses: 1, withinMs: 1000 });
    const time = 1_700_000_000_000;
    expect(records).toStrictEqual([
      {
        event: 'login.failed',
        time,
        outcome: 'refused',
        ...failed,
        address: '192.0.2.1',
        requestId: 'req-1',
      },
      { event: 'access.denied', time, outcome: 'refused', code: 'access_denied', reason: 'no' },
      { event: 'roles.reload_failed', time, outcome: 'failure', revision: 1, error: 'wrong' },
      { event: 'alert.reuse', time, outcome: 'alert', sessionId: 's', reuses: 1, withinMs: 1000 },
    ]);
    expect(records.every((record) => Object.isFrozen(record))).toBe(true);
  });

  it('[15] works nothing out that nobody listens to', () => {
    let asked = 0;
    new AuthEvents().emit('login.failed', failed, () => {
      asked += 1;
      return {};
    });
    expect(asked).toBe(0);
  });

  it('[15] never fails who tells: not by a request that throws, nor by who is told of failures', async () => {
    const failures: unknown[] = [];
    const events = new AuthEvents((error) => {
      failures.push(error);
      throw new Error('no log either');
    });
    const heard: object[] = [];
    events.on('access.denied', (record) => heard.push(record));
    events.on('access.denied', () => Promise.reject(new Error('rejected')));
    const denied = { code: 'access_denied', reason: 'no' };
    const wrong = {
      get address(): string {
        throw new Error('a getter');
      },
    };
    events.emit('access.denied', denied, () => wrong);
    events.emitSeldom('access.denied', denied, { key: 'one' }, () => {
      throw new Error('a function');
    });
    await until('all failures are reported', () => failures.length === 4);
    expect(failures.map(String).toSorted()).toEqual([
      'Error: a function',
      'Error: a getter',
      'Error: rejected',
      'Error: rejected',
    ]);
    expect(heard).toMatchObject([denied, denied]);
  });

  it('tells who overhears what is told, and works nothing out for it', () => {
    const events = new AuthEvents();
    const overheard: string[] = [];
    const stop = events.overhear(({ event }) => overheard.push(event));
    expect(events.isHeard('alert.reuse')).toBe(false);
    events.emit('login.failed', failed);
    events.emitSeldom('oauth.refused', { endpoint: 'token', code: 'x', clientId: 'web' }, { key: 'k' });
    stop();
    events.emit('login.failed', failed);
    expect(overheard).toEqual(['login.failed', 'oauth.refused']);
  });

  it('[15] speaks of accounts by a mask, the same for the same name', () => {
    const events = new AuthEvents();
    expect(events.accountOf('ada')).toBe(events.accountOf('ada'));
    expect(events.accountOf('ada')).not.toBe(new AuthEvents().accountOf('ada'));
    expect(events.accountOf('ada')).not.toContain('ada');
  });
});
