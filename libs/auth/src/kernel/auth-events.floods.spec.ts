import { ManualClock } from '../testing/manual-clock.js';
import { type AuthEventMap, AuthEvents } from './auth-events.js';

describe('events that strangers bring about', () => {
  it('[15] is not flooded by what strangers bring about, and tells how much was kept back', () => {
    const clock = new ManualClock();
    const events = new AuthEvents(undefined, { clock });
    const heard: AuthEventMap['oauth.refused'][] = [];
    events.on('oauth.refused', (record) => heard.push(record));
    const refuse = (key: string) =>
      events.emitSeldom('oauth.refused', { endpoint: 'token', clientId: 'web', code: 'x' }, { key });
    for (let call = 0; call < 50; call += 1) refuse('one address');
    expect(heard.map(({ suppressed }) => suppressed)).toEqual([undefined]);
    clock.advance(1000);
    refuse('one address');
    expect(heard.at(-1)?.suppressed).toBe(49);
    for (let call = 0; call < 30_000; call += 1) refuse(`address ${call}`);
    expect(heard).toHaveLength(1 + 100);
    clock.advance(1000);
    refuse('address 1');
    expect(heard.at(-1)?.suppressed).toBe(30_000 - 99);
  });

  it('[15] is told of others while one network floods, and of where it came from', () => {
    const events = new AuthEvents(undefined, { clock: new ManualClock() });
    const heard: (string | undefined)[] = [];
    events.on('oauth.refused', ({ address }) => heard.push(address));
    const refuse = (address: string) =>
      events.emitSeldom(
        'oauth.refused',
        { endpoint: 'token', clientId: 'web', code: 'x' },
        { key: address },
        () => ({ address }),
      );
    for (let call = 0; call < 1000; call += 1) refuse(`2001:db8:0:1::${call.toString(16)}`);
    refuse('192.0.2.1');
    expect(heard).toHaveLength(10 + 1);
    expect(heard.at(-1)).toBe('192.0.2.1');
  });

  it('[15] is told once of who is kept out, also by a page of the host, until that is over or credentials were looked at', () => {
    const clock = new ManualClock();
    const events = new AuthEvents(undefined, { clock });
    const heard: AuthEventMap['login.blocked'][] = [];
    events.on('login.blocked', (record) => heard.push(record));
    const told = { clientId: 'web', account: 'a', code: 'quota_exceeded', retryAfterSeconds: 60 };
    const refuse = (address: string) => events.emit('login.blocked', told, () => ({ address }));
    for (let call = 0; call < 300; call += 1) refuse('192.0.2.1');
    refuse('192.0.2.2');
    expect(heard.map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2']);
    clock.advance(60_000);
    refuse('192.0.2.1');
    expect(heard).toHaveLength(3);
    events.emit('login.failed', { clientId: 'web', account: 'a' }, () => ({ address: '192.0.2.1' }));
    refuse('192.0.2.1');
    refuse('192.0.2.2');
    expect(heard.map(({ address }) => address).slice(3)).toEqual(['192.0.2.1', '192.0.2.2']);
  });
});
