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
});
