import { AuthEvents } from 'nestjs-gatehouse';
import { PageEvents } from '../../browser-logins/page-events.service.js';
import { KEPT_EVENTS, RecentEvents } from './recent-events.service.js';

describe('the last events', () => {
  it('are the newest of all, and no more than are kept', () => {
    const events = new AuthEvents();
    const recent = new RecentEvents(events, new PageEvents());
    recent.onModuleInit();
    for (let at = 0; at < KEPT_EVENTS + 50; at += 1)
      events.emit('client.registered', { clientId: `client-${at}` });
    expect(recent.newest()).toHaveLength(KEPT_EVENTS);
    expect(recent.newest({ limit: 2 })).toMatchObject([
      { clientId: `client-${KEPT_EVENTS + 49}` },
      { clientId: `client-${KEPT_EVENTS + 48}` },
    ]);
  });

  it('keep alerts and failures while ordinary events come in floods', () => {
    const events = new AuthEvents();
    const recent = new RecentEvents(events, new PageEvents());
    recent.onModuleInit();
    events.emit('alert.failed-logins', { account: 'a', failures: 20, withinMs: 60_000 });
    for (let at = 0; at < KEPT_EVENTS * 2; at += 1) {
      events.emit('client.registered', { clientId: `client-${at}` });
      events.emit('login.failed', { clientId: 'web', account: `account-${at}` });
    }
    expect(recent.newest({ outcome: 'alert' })).toMatchObject([{ event: 'alert.failed-logins' }]);
    expect(recent.newest().at(-1)?.event).toBe('alert.failed-logins');
    expect(recent.newest({ outcome: 'refused' })).toHaveLength(KEPT_EVENTS);
    expect(recent.newest({ limit: 2 })).toMatchObject([
      { event: 'login.failed' },
      { event: 'client.registered' },
    ]);
  });
});
