import type { Redis } from 'ioredis';
import { startStandalone, type StandaloneRedis } from '../../../../../test/support/redis/index.js';
import { until } from '../../../../../test/support/until.js';
import { GuardedRedis } from '../guarded-redis.js';
import { KeySpace } from '../key-space.js';

const COUNTERS = Array.from({ length: 64 }, (_, at) => `{tag-${at}}:revision`);

describe('LossWatch', () => {
  let server: StandaloneRedis;
  let admin: Redis;

  beforeAll(async () => {
    server = await startStandalone();
    admin = await server.connect();
    // This one says nothing about itself.
    await admin.call('acl', 'setuser', 'app', 'on', '>word', '~*', '&*', '+@all', '-info');
  });
  afterAll(() => server.stop());

  async function watch(revisionOf: (at: number) => number) {
    await admin.mset(Object.fromEntries(COUNTERS.map((key, at) => [key, revisionOf(at)])));
    const connection = await server.connect({ username: 'app', password: 'word' });
    const redis = new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs: 5_000 });
    const told: string[] = [];
    COUNTERS.forEach((key, at) => redis.saw(key, revisionOf(at)));
    redis.losses.protect({
      revisions: COUNTERS,
      onLoss: async (name) => {
        told.push(name);
      },
    });
    return { redis, told };
  }

  it('names a loss once, however many counters are lower, and the next one otherwise', async () => {
    const { redis, told } = await watch((at) => 100 + at);
    await redis.losses.check(COUNTERS);
    expect(told).toEqual([]);
    await admin.mset({ [COUNTERS[3]!]: 1, [COUNTERS[40]!]: 1, [COUNTERS[60]!]: 1 });
    await until('the loss is told', () => told.length > 0);
    await redis.losses.check(COUNTERS);
    expect(told).toEqual(['beyond 163']);
    await admin.set(COUNTERS[40]!, 200);
    await redis.losses.check(COUNTERS);
    await admin.mset({ [COUNTERS[1]!]: 1, [COUNTERS[2]!]: 1 });
    await until('the next loss is told', () => told.length > 1);
    await redis.losses.check(COUNTERS);
    expect(told).toEqual(['beyond 163', 'beyond 200']);
    redis.close();
  });

  it('reads all counters with one command', async () => {
    const { redis } = await watch(() => 100);
    await redis.losses.check(COUNTERS);
    const calls = async (command: string) =>
      Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await admin.info('commandstats'))?.[1] ?? 0);
    await admin.config('RESETSTAT');
    await redis.losses.check(COUNTERS);
    const [reads, turns] = [await calls('get'), await calls('mget')];
    redis.close();
    expect(reads).toBe(0);
    // The watch may have looked by itself meanwhile.
    expect(turns).toBeLessThanOrEqual(2);
  });
});
