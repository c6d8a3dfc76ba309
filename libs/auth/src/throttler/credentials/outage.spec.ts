import { Logger } from '@nestjs/common';
import { storeUnavailable } from '../../kernel/auth-error.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { MemorySlidingWindowStore } from '../sliding-window/memory-sliding-window.store.js';
import type { WindowHit, WindowVerdict } from '../sliding-window/sliding-window.store.js';
import { limitedProcesses } from '../../../../../test/throttler/limited-processes.js';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { resolveThrottlerSettings } from '../throttler.settings.js';
import type { WindowStores } from '../window-stores.js';
import { CredentialThrottle } from './credential-throttle.service.js';

/** Of a Cluster, the server of all accounts is away; hits of each window are told. */
class HalfAwayWindows extends MemorySlidingWindowStore {
  isAway = true;
  readonly asked: string[] = [];

  override async hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    this.asked.push(...hits.map(({ name }) => name));
    if (this.isAway && hits.some(({ name }) => name.startsWith('login.pair'))) throw storeUnavailable('away');
    return super.hit(hits);
  }
}

function throttleOf({ credentials }: WindowStores, options: object = {}): CredentialThrottle {
  const settings = resolveThrottlerSettings(
    { credentials: { perAccountAndAddress: [{ failures: 4, within: '1m' }], ...options } },
    new ConfigurationFindings(),
  );
  return new CredentialThrottle(settings, credentials);
}

async function guess(throttle: CredentialThrottle, ip = '192.0.2.1', account = 'ann'): Promise<string> {
  try {
    await (await throttle.begin(account, ip)).failed();
    return 'failed';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

async function guesses(throttle: CredentialThrottle, count: number): Promise<number> {
  let failed = 0;
  for (let call = 0; call < count; call++) if ((await guess(throttle)) === 'failed') failed++;
  return failed;
}

describe('failed logins while the shared store is away', () => {
  beforeAll(() => jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {}));
  afterAll(() => jest.restoreAllMocks());

  it.each(['memory', 'open'] as const)(
    '%s: go on from those of before, and count afterwards',
    async (onStoreFailure) => {
      const { clock, shared, processes } = limitedProcesses(1, { onStoreFailure });
      const throttle = throttleOf(processes[0]);
      expect(await guesses(throttle, 2)).toBe(2);
      shared.isAway = true;
      expect(await guesses(throttle, 1)).toBe(1);
      shared.isAway = false;
      expect(await guesses(throttle, 5)).toBe(1);
      shared.isAway = true;
      expect(await guesses(throttle, 5)).toBe(0);
      clock.advance(60_000);
      expect(await guesses(throttle, 6)).toBe(4);
    },
  );

  it('closed: nobody may guess', async () => {
    const { shared, processes } = limitedProcesses(1, { onStoreFailure: 'closed' });
    shared.isAway = true;
    expect(await guess(throttleOf(processes[0]))).toBe('store_unavailable');
  });

  it('are a share of each process', async () => {
    const { shared, processes } = limitedProcesses(1, { instances: 2 });
    const throttle = throttleOf(processes[0]);
    expect(await guesses(throttle, 1)).toBe(1);
    shared.isAway = true;
    expect(await guesses(throttle, 5)).toBe(1);
  });

  it('a login that was under way gives its units back', async () => {
    const { shared, processes } = limitedProcesses(1);
    const throttle = throttleOf(processes[0]);
    const before = await throttle.begin('ann', '192.0.2.1');
    shared.isAway = true;
    await before.succeeded();
    const during = await throttle.begin('ann', '192.0.2.1');
    shared.isAway = false;
    await during.succeeded();
    shared.isAway = true;
    expect(await guesses(throttle, 6)).toBe(4);
  });

  it('go on under the generation of an account whose password was reset', async () => {
    const { shared, processes } = limitedProcesses(1);
    const throttle = throttleOf(processes[0]);
    expect(await guesses(throttle, 4)).toBe(4);
    await throttle.forgive('ann');
    expect(await guesses(throttle, 3)).toBe(3);
    shared.isAway = true;
    expect(await guesses(throttle, 3)).toBe(1);
  });

  it('an owner at an address that is known here needs no room in the budget of all addresses', async () => {
    const { shared, processes } = limitedProcesses(1);
    const throttle = throttleOf(processes[0], { perAccount: [{ failures: 2, within: '1h' }] });
    await (await throttle.begin('ann', '192.0.2.1')).succeeded();
    shared.isAway = true;
    expect(await guess(throttle, '192.0.2.2')).toBe('failed');
    expect(await guess(throttle, '192.0.2.3')).toBe('failed');
    expect(await guess(throttle, '192.0.2.4')).toBe('quota_exceeded');
    await (await throttle.begin('ann', '192.0.2.1')).succeeded();
  });

  it('[14] what one server of several counted is given back where another one refuses the login', async () => {
    const windows = new HalfAwayWindows(new ManualClock());
    const budgets = { perAddress: [{ failures: 3, within: '1m' }] };
    const throttle = throttleOf({ credentials: windows } as unknown as WindowStores, budgets);
    for (let call = 0; call < 5; call++) expect(await guess(throttle)).toBe('store_unavailable');
    windows.isAway = false;
    expect(await guesses(throttle, 5)).toBe(3);
  });

  it('[14] windows of before a reset by mail are asked once, and hold nothing then', async () => {
    const windows = new HalfAwayWindows(new ManualClock());
    windows.isAway = false;
    const [throttle, elsewhere] = [0, 1].map(() =>
      throttleOf({ credentials: windows } as unknown as WindowStores),
    );
    expect(await guesses(throttle!, 6)).toBe(4);
    await elsewhere!.forgive('ann');
    windows.asked.length = 0;
    expect(await guesses(throttle!, 6)).toBe(4);
    const before = windows.asked.filter((name) => /^login\.pair\.[^.]+\.\.6/.test(name));
    expect(before).toHaveLength(1);
    const size = windows.size;
    await (await elsewhere!.begin('bob', '192.0.2.9')).succeeded();
    expect(windows.size).toBe(size + 1);
  });
});
