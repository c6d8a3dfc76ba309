import { AuthEvents } from 'nestjs-gatehouse';
import { KEPT_EVENTS, RecentEvents } from './recent-events.service.js';

describe('the last events', () => {
  it('are the newest of all, and no more than are kept', () => {
    const events = new AuthEvents();
    const recent = new RecentEvents(events);
    recent.onModuleInit();
    for (let at = 0; at < KEPT_EVENTS + 50; at += 1)
      events.emit('client.registered', { clientId: `client-${at}` });
    expect(recent.newest()).toHaveLength(KEPT_EVENTS);
    expect(recent.newest(2)).toMatchObject([
      { clientId: `client-${KEPT_EVENTS + 49}` },
      { clientId: `client-${KEPT_EVENTS + 48}` },
    ]);
  });
});
