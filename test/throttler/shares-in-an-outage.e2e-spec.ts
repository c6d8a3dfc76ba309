import { Controller, type DynamicModule, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { minutes, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { RateLimits } from 'nestjs-gatehouse';
import { createThrottlerStorage, GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { type StandaloneRedis, startStandalone } from '../support/redis/standalone.js';
import { until } from '../support/until.js';
import { type LimitedAnswer, type Platform, platforms, RunningApp } from './limited-app.js';

const LIMIT = 10;

@Controller()
class PingController {
  @Get()
  ping(): string {
    return 'ok';
  }
}

@Module({})
class NestGuardModule {}

const gatehouse = (redis: string): DynamicModule =>
  GatehouseThrottlerModule.forRoot({ redis, instances: 2, throttlers: [{ limit: LIMIT, ttl: '10m' }] });

/** Nest's own module and guard: only the storage is ours. */
const nest = (redis: string): DynamicModule => ({
  module: NestGuardModule,
  imports: [
    ThrottlerModule.forRoot({
      throttlers: [{ limit: LIMIT, ttl: minutes(10), blockDuration: 0 }],
      storage: createThrottlerStorage({ redis, instances: () => 2 }),
    }),
  ],
  providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
});

/** What an answer says of the limit, in the fields of the draft and in those of Nest. */
function told({ status, headers }: LimitedAnswer) {
  const field = (name: string): string => headers.get(name) ?? '';
  const [, remaining, reset] = /^"default";r=(\d+);t=(\d+)$/.exec(field('ratelimit')) ?? [];
  return {
    status,
    policy: field('ratelimit-policy'),
    remaining: Number(remaining),
    reset: Number(reset),
    legacy: [field('x-ratelimit-limit'), field('x-ratelimit-remaining')].map(Number),
  };
}

describe.each(platforms)(
  'limits that two processes share, while Redis is away (%s)',
  (platform: Platform) => {
    let redis: StandaloneRedis;
    let apps: readonly RunningApp[] = [];

    beforeEach(async () => {
      redis = await startStandalone({ config: { appendonly: 'yes', appendfsync: 'always' } });
    });
    afterEach(async () => {
      await Promise.all(apps.map((app) => app.close()));
      await redis.stop();
    });

    const start = async (count: number, limits: (url: string) => DynamicModule): Promise<void> => {
      const one = (): Promise<RunningApp> =>
        RunningApp.start({ platform, controllers: [PingController], imports: [limits(redis.url)] });
      apps = await Promise.all(Array.from({ length: count }, one));
    };

    it('say what each process would still admit, and afterwards what there is again', async () => {
      await start(2, gatehouse);
      const [one, other] = apps as [RunningApp, RunningApp];
      const admitted = (remaining: number) => ({
        status: 200,
        policy: '"default";q=10;w=600',
        remaining,
        reset: expect.any(Number) as number,
        legacy: [LIMIT, remaining],
      });
      for (const remaining of [9, 8]) expect(told(await one.get('/'))).toEqual(admitted(remaining));
      expect(told(await other.get('/'))).toEqual(admitted(7));

      await redis.kill();
      // Of a share of five each has what it admitted itself: two of them, and one.
      for (const remaining of [2, 1, 0]) expect(told(await one.get('/'))).toEqual(admitted(remaining));
      for (const remaining of [3, 2, 1, 0]) expect(told(await other.get('/'))).toEqual(admitted(remaining));
      for (const app of [one, other]) {
        const refused = await app.get('/');
        const { reset, ...said } = told(refused);
        expect(said).toEqual({
          status: 429,
          policy: '"default";q=10;w=600',
          remaining: 0,
          legacy: [LIMIT, 0],
        });
        expect(Number(refused.headers.get('retry-after'))).toBe(reset);
        expect(reset).toBeGreaterThan(0);
      }

      await redis.restart();
      const client = { ip: '127.0.0.1' };
      for (const app of [one, other])
        await until('Redis is used again', async () => {
          return (await app.inject(RateLimits).peek('default', client)).used === 3;
        });
      // Redis has the three of before, and each process knows of what it admitted meanwhile: three, and four.
      expect(told(await one.get('/'))).toEqual(admitted(3));
      expect(told(await other.get('/'))).toEqual(admitted(1));
    });

    it("are counted by Nest's own guard over the storage: its share, and afterwards the limit", async () => {
      await start(1, nest);
      const [app] = apps as [RunningApp];
      const admitted = (remaining: number) => ({ status: 200, legacy: [LIMIT, remaining] });
      const ask = async () => {
        const { status, legacy } = told(await app.get('/'));
        return { status, legacy };
      };
      for (const remaining of [9, 8]) expect(await ask()).toEqual(admitted(remaining));
      await redis.kill();
      for (const remaining of [2, 1, 0]) expect(await ask()).toEqual(admitted(remaining));
      const refused = await app.get('/');
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      await redis.restart();
      // A refused call spends nothing, so the first that passes is the sixth.
      await until('Redis is used again', async () => (await ask()).status === 200);
      expect(await ask()).toEqual(admitted(LIMIT - 7));
    });
  },
);
