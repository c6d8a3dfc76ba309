import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { startStandalone, type StandaloneRedis } from '../../../../test/support/redis/index.js';
import { SystemClock } from '../kernel/clock.js';
import { AuthConfigurationError } from '../kernel/configuration/configuration-error.js';
import { MemorySlidingWindowStore } from './sliding-window/memory-sliding-window.store.js';
import { createThrottlerStorage } from './create-throttler-storage.js';

describe('createThrottlerStorage', () => {
  let server: StandaloneRedis;
  beforeAll(async () => {
    server = await startStandalone();
  });
  afterAll(() => server.stop());

  const freshClient = (): Redis => {
    const { hostname, port } = new URL(server.url);
    return new Redis({ host: hostname, port: Number(port) });
  };

  const lostClient = (): Redis =>
    new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });

  it('counts in one place from the first call, however Redis was named and however new its client is', async () => {
    const clients = [freshClient(), freshClient()] as const;
    const storages = [clients[0], { client: clients[1] }, server.url, { url: server.url }].map((redis) =>
      createThrottlerStorage({ redis, onStoreFailure: 'closed' }),
    );
    const records = await Promise.all(storages.map((storage) => storage.increment('k', 60_000, 3, 0, 'n')));
    expect(records.filter(({ isBlocked }) => isBlocked)).toHaveLength(1);
    await Promise.all(storages.map((storage) => storage.close()));
    for (const client of clients) client.disconnect();
  });

  it.each([
    ['in memory', () => ({ memory: true as const })],
    ['during an outage', () => ({ redis: lostClient() })],
  ])('sweeps what it counts %s until it is closed', async (_where, medium) => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    const sweep = jest.spyOn(MemorySlidingWindowStore.prototype, 'sweep');
    const storage = createThrottlerStorage(medium());
    // Sockets and deadlines go on as ever.
    const doNotFake = ['nextTick', 'queueMicrotask', 'performance', 'setImmediate', 'setTimeout'] as const;
    jest.useFakeTimers({ doNotFake: [...doNotFake, 'hrtime', 'clearImmediate', 'clearTimeout'] });
    const elapsed = jest.spyOn(SystemClock.prototype, 'elapsed').mockReturnValue(0);
    await storage.increment('key', 1000, 1, 0, 'name');
    elapsed.mockReturnValue(30_000);
    jest.advanceTimersByTime(30_000);
    const sizes = sweep.mock.contexts.map((store) => (store as MemorySlidingWindowStore).size);
    await storage.close();
    jest.advanceTimersByTime(30_000);
    jest.useRealTimers();
    expect(sizes).toEqual([0]);
    expect(sweep).toHaveBeenCalledTimes(1);
    jest.restoreAllMocks();
  });

  it.each([
    ['nothing', {}, 'redis'],
    ['two media', { memory: true, redis: 'redis://localhost' }, 'memory'],
    ['no address', { redis: {} }, 'redis.url'],
    ['a misspelt option', { memory: true, denyCach: false }, 'denyCach'],
    ['no object', 'redis://localhost', 'options'],
    ['a client of another kind', { redis: { client: { isOpen: true } } }, 'redis.client'],
  ])('refuses %s', (_what, options, option) => {
    expect(() => createThrottlerStorage(options as never)).toThrow(
      expect.objectContaining({
        constructor: AuthConfigurationError,
        findings: [expect.objectContaining({ option })],
      }) as Error,
    );
  });
});
