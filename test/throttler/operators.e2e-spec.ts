import { Controller, Get } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { RateLimits } from 'nestjs-gatehouse';
import { Throttle } from '@nestjs/throttler';
import { type StandaloneRedis, startStandalone } from '../support/redis/standalone.js';
import { until } from '../support/until.js';
import { platforms, RunningApp } from './limited-app.js';

@Controller()
class PingController {
  @Get()
  ping(): string {
    return 'ok';
  }

  @Throttle({ default: { limit: 1, ttl: 60_000 } })
  @Get('strict')
  strict(): string {
    return 'ok';
  }
}

const LIMIT = 2;
const home = { ip: '127.0.0.1' } as const;
const everywhere = platforms.flatMap((platform) =>
  (['memory', 'Redis'] as const).map((medium) => ({ platform, medium })),
);

describe.each(everywhere)('[10-13] operators on $platform and $medium', ({ platform, medium }) => {
  let redis: StandaloneRedis | undefined;
  const apps: RunningApp[] = [];

  beforeAll(async () => {
    if (medium === 'Redis') redis = await startStandalone();
  });
  afterAll(() => redis?.stop());
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });

  let prefixes = 0;
  const start = async (keyPrefix: string): Promise<RunningApp> => {
    const at =
      redis === undefined
        ? { memory: true as const }
        : { redis: { url: redis.url, keyPrefix, deadline: '5s' as const } };
    const app = await RunningApp.start({
      platform,
      controllers: [PingController],
      imports: [GatehouseThrottlerModule.forRoot({ ...at, throttlers: [{ limit: LIMIT, ttl: '60s' }] })],
    });
    apps.push(app);
    return app;
  };
  const freshPrefix = (): string => `${platform}-${++prefixes}`;

  it('reset releases a refused client at once, across routes and on each', async () => {
    const app = await start(freshPrefix());
    expect(await app.statuses('/', 4)).toEqual([200, 200, 429, 429]);
    expect(await app.statuses('/strict', 3)).toEqual([200, 429, 429]);
    await app.inject(RateLimits).reset('default', home);
    expect(await app.statuses('/', 3)).toEqual([200, 200, 429]);
    expect(await app.statuses('/strict', 2)).toEqual([200, 429]);
  });

  it('block refuses a client everywhere, and reset ends the block', async () => {
    const app = await start(freshPrefix());
    const limits = app.inject(RateLimits);
    await limits.block('default', home, '10m');
    const refused = await app.get('/');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    expect(await app.statuses('/strict', 1)).toEqual([429]);
    await limits.reset('default', home);
    expect(await app.statuses('/', 1)).toEqual([200]);
    expect(await app.statuses('/strict', 1)).toEqual([200]);
  });

  it('peek tells what is used, also of routes with a limit of their own', async () => {
    const app = await start(freshPrefix());
    const limits = app.inject(RateLimits);
    await app.statuses('/', 2);
    await app.statuses('/strict', 1);
    expect(await limits.peek('default', { ip: '::ffff:127.0.0.1' })).toEqual({
      used: 2,
      blockedMs: 0,
      routes: [{ route: 'PingController.strict', used: 1, blockedMs: 0 }],
    });
    expect(await limits.peek('default', { ip: '192.0.2.1' })).toEqual({ used: 0, blockedMs: 0, routes: [] });
  });

  it('the handlers of the app are looked through once', async () => {
    const limits = (await start(freshPrefix())).inject(RateLimits);
    const look = jest.spyOn(MetadataScanner.prototype, 'getAllMethodNames');
    await limits.peek('default', home);
    expect(look).toHaveBeenCalled();
    look.mockClear();
    await limits.peek('default', home);
    await limits.reset('default', home);
    expect(look).not.toHaveBeenCalled();
    look.mockRestore();
  });

  it('what is no throttler or address of the app is refused', async () => {
    const limits = (await start(freshPrefix())).inject(RateLimits);
    await expect(limits.reset('defualt', home)).rejects.toThrow('there are: default');
    await expect(limits.reset('default', { ip: 'localhost' })).rejects.toThrow('no IP address');
    await expect(limits.block('default', home, 0)).rejects.toThrow('duration');
  });

  if (medium === 'Redis')
    it('another instance, which remembers refusals, notices within a second or so', async () => {
      const prefix = freshPrefix();
      const [one, other] = [await start(prefix), await start(prefix)];
      expect(await one.statuses('/', 3)).toEqual([200, 200, 429]);
      expect(await other.statuses('/', 1)).toEqual([429]);
      await one.inject(RateLimits).reset('default', home);
      await until('the other instance lets it in', async () => (await other.get('/')).status === 200);
    });
});
