import { Redis } from 'ioredis';
import { startStandalone, type StandaloneRedis } from '../../../../test/support/redis/index.js';
import { AuthConfigurationError } from '../kernel/configuration-error.js';
import { createThrottlerStorage, type ThrottlerStorageOptions } from './create-throttler-storage.js';

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
    ['nothing', {}, 'storage'],
    ['two media', { memory: true, redis: 'redis://localhost' }, 'storage'],
    ['no address', { redis: {} }, 'redis'],
    ['a client of another kind', { redis: { client: { isOpen: true } } }, 'redis.client'],
  ])('refuses %s', (_what, options, option) => {
    expect(() => createThrottlerStorage(options as unknown as ThrottlerStorageOptions)).toThrow(
      expect.objectContaining({
        constructor: AuthConfigurationError,
        findings: [expect.objectContaining({ option })],
      }) as Error,
    );
  });
});
