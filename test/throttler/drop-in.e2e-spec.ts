import { Controller, type DynamicModule, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { seconds, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { createThrottlerStorage } from 'nestjs-gatehouse/throttler';
import { type StandaloneRedis, startStandalone } from '../support/redis/standalone.js';
import { platforms, RunningApp } from './limited-app.js';

@Controller()
class PingController {
  @Get()
  ping(): string {
    return 'ok';
  }
}

@Module({})
class NestGuardModule {}

/** Nest's own module and guard: only the storage is ours. */
type ThrottlerStorageOptions = Parameters<typeof createThrottlerStorage>[0];

const withStorage = (options: ThrottlerStorageOptions, blockDuration: number): DynamicModule => ({
  module: NestGuardModule,
  imports: [
    ThrottlerModule.forRoot({
      throttlers: [{ limit: 2, ttl: seconds(60), blockDuration }],
      storage: createThrottlerStorage(options),
    }),
  ],
  providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
});

describe.each(platforms)('the storage in an app without AuthModule, on %s', (platform) => {
  let redis: StandaloneRedis;
  let app: RunningApp;

  beforeAll(async () => {
    redis = await startStandalone();
  });

  afterAll(() => redis.stop());
  afterEach(() => app.close());

  const start = async (options: ThrottlerStorageOptions, blockDuration = 0): Promise<void> => {
    app = await RunningApp.start({
      platform,
      controllers: [PingController],
      imports: [withStorage(options, blockDuration)],
    });
  };

  it.each([
    { medium: 'memory', options: () => ({ memory: true }) as const },
    {
      medium: 'a Redis URL',
      options: (): ThrottlerStorageOptions => ({
        redis: { url: redis.url, deadline: '5s', keyPrefix: `url-${platform}` },
      }),
    },
  ])('limits on $medium', async ({ options }) => {
    await start(options());
    expect(await app.statuses('/', 3)).toEqual([200, 200, 429]);
    expect((await app.get('/')).headers.get('retry-after')).toMatch(/^(59|60)$/);
  });

  it('limits on a client of the host, and leaves it open', async () => {
    const client = await redis.connect();
    await start({ redis: { client, keyPrefix: `client-${platform}` } });
    expect(await app.statuses('/', 3)).toEqual([200, 200, 429]);
    await app.close();
    await expect(client.ping()).resolves.toBe('PONG');
  });

  it('blocks for the block duration where one is set', async () => {
    await start({ redis: { url: redis.url, deadline: '5s', keyPrefix: `block-${platform}` } }, seconds(300));
    expect(await app.statuses('/', 3)).toEqual([200, 200, 429]);
    expect((await app.get('/')).headers.get('retry-after')).toMatch(/^(299|300)$/);
  });
});

describe('createThrottlerStorage', () => {
  it.each([[{}], [{ memory: true, redis: 'redis://localhost' }], [{ redis: 'http://localhost' }]])(
    'refuses %j',
    (options) => {
      expect(() => createThrottlerStorage(options as ThrottlerStorageOptions)).toThrow(/mistake/);
    },
  );

  it('counts in process while its Redis is away, and closes', async () => {
    const storage = createThrottlerStorage({ redis: 'redis://127.0.0.1:1' });
    const increment = () => storage.increment('key', 60_000, 1, 0, 'default');
    expect((await increment()).isBlocked).toBe(false);
    expect((await increment()).isBlocked).toBe(true);
    await storage.close();
  });

  it('closed: a Redis that is away is 503, not a free pass', async () => {
    const storage = createThrottlerStorage({ redis: 'redis://127.0.0.1:1', onStoreFailure: 'closed' });
    await expect(storage.increment('key', 60_000, 1, 0, 'default')).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    await storage.close();
  });
});
