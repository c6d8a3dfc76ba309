import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { MemorySlidingWindowStore } from '../sliding-window/memory-sliding-window.store.js';
import { resolveThrottlerSettings } from '../throttler.settings.js';
import { CredentialThrottle } from './credential-throttle.service.js';

const MINUTE_MS = 60_000;

describe('[10-13] a flood of new keys in memory', () => {
  const settings = resolveThrottlerSettings({}, new ConfigurationFindings());
  const spent = { name: 'default', key: 'ip:victim', limit: 5, windowMs: MINUTE_MS, blockMs: 0, cost: 1 };
  const refuse = async (throttle: CredentialThrottle, account: string, ip: string): Promise<unknown> =>
    throttle.begin(account, ip).then(
      (attempt) => attempt.failed(),
      (error: { code?: string }) => error.code,
    );

  it.each([
    [50_000, undefined],
    [10_000, 'store_unavailable'],
  ])(
    'forgets no used-up budget of credentials: 11,000 guesses from 2,750 networks, room for %d windows',
    async (maxWindows, ofNewcomers) => {
      const store = new MemorySlidingWindowStore(new ManualClock(), { maxWindows });
      const throttle = new CredentialThrottle(settings, store);
      for (let guess = 0; guess < 5; guess++) await refuse(throttle, 'victim', '192.0.2.1');
      for (let guess = 0; guess < 11_000; guess++)
        await refuse(throttle, `user-${guess}`, `2001:db8:${(guess % 2750).toString(16)}::1`);
      expect(await refuse(throttle, 'victim', '192.0.2.1')).toBe('quota_exceeded');
      // Rather than forget, it refuses to count more.
      expect(await refuse(throttle, 'new', '192.0.2.2')).toBe(ofNewcomers);
    },
    60_000,
  );

  it('forgets no limit of requests that somebody used up, while others have room', async () => {
    const store = new MemorySlidingWindowStore(new ManualClock(), { maxWindows: 100 });
    for (let call = 0; call < 5; call++) await store.hit([spent]);
    for (let client = 0; client < 5000; client++) await store.hit([{ ...spent, key: `ip:${client}` }]);
    expect((await store.hit([spent]))[0]?.outcome).toBe('refused');
    expect(store.size).toBe(100);
  });

  it('forgets what has most room first', async () => {
    const store = new MemorySlidingWindowStore(new ManualClock(), { maxWindows: 10 });
    for (let call = 0; call < 4; call++) await store.hit([spent]);
    for (let client = 0; client < 200; client++)
      for (let call = 0; call < 3; call++) await store.hit([{ ...spent, key: `ip:${client}` }]);
    expect((await store.peek(spent, MINUTE_MS)).used).toBe(4);
  });

  it('forgets no address that logged in to an account, so the owner isn’t shut out there', async () => {
    const store = new MemorySlidingWindowStore(new ManualClock(), { maxWindows: 100 });
    const credentials = { perAccount: [{ failures: 4, within: '1h' }] };
    const throttle = new CredentialThrottle(
      resolveThrottlerSettings({ credentials }, new ConfigurationFindings()),
      store,
    );
    await (await throttle.begin('ann', '192.0.2.1')).succeeded();
    for (let guess = 0; guess < 5; guess++) await refuse(throttle, 'ann', '198.51.100.7');
    expect(await refuse(throttle, 'ann', '192.0.2.2')).toBe('quota_exceeded');
    for (let client = 0; client < 5000; client++) await store.hit([{ ...spent, key: `ip:${client}` }]);
    await expect(throttle.begin('ann', '192.0.2.1')).resolves.toBeDefined();
  });

  it('goes on where everybody refuses, and a flood of requests takes no room from credentials', async () => {
    const store = new MemorySlidingWindowStore(new ManualClock(), { maxWindows: 20 });
    for (let client = 0; client < 100; client++)
      await store.hit([{ ...spent, limit: 1, key: `ip:${client}` }]);
    expect(store.size).toBe(20);
    await expect(new CredentialThrottle(settings, store).begin('ann', '192.0.2.1')).resolves.toBeDefined();
  });

  it('successes leave nothing behind that could fill it', async () => {
    const store = new MemorySlidingWindowStore(new ManualClock(), { maxWindows: 20 });
    const throttle = new CredentialThrottle(settings, store);
    for (let user = 0; user < 200; user++)
      await (await throttle.begin(`user-${user}`, `2001:db8:${user.toString(16)}::1`)).succeeded();
    expect(store.size).toBeLessThanOrEqual(20);
  });

  it('is empty again when everything has expired', async () => {
    const clock = new ManualClock();
    const store = new MemorySlidingWindowStore(clock, { maxWindows: 20 });
    const throttle = new CredentialThrottle(settings, store);
    for (let user = 0; user < 20; user++) await refuse(throttle, `user-${user}`, '192.0.2.1');
    expect(await refuse(throttle, 'ann', '192.0.2.1')).toBe('store_unavailable');
    clock.advance(60 * MINUTE_MS);
    await expect(throttle.begin('ann', '192.0.2.1')).resolves.toBeDefined();
  });
});
