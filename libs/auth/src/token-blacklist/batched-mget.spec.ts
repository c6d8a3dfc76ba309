import type { Redis } from 'ioredis';
import { type StandaloneRedis, startStandalone } from '../../../../test/support/redis/index.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { KeySpace } from '../redis/key-space.js';
import { BatchedMget } from './batched-mget.js';

describe('BatchedMget', () => {
  let redis: StandaloneRedis;
  let connection: Redis;
  let reads: BatchedMget;

  beforeAll(async () => {
    redis = await startStandalone();
    connection = await redis.connect();
    reads = new BatchedMget(
      new GuardedRedis(connection, { keySpace: new KeySpace('gh'), deadlineMs: 1_000 }),
    );
  });

  afterAll(() => redis.stop());

  async function commandsDuring<T>(work: () => Promise<T>): Promise<{ result: T; commands: number }> {
    await connection.config('RESETSTAT');
    const result = await work();
    const stats = await connection.info('commandstats');
    return { result, commands: Number(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1] ?? 0) };
  }

  it('gives everybody the values of their own keys, with one command a turn', async () => {
    await connection.mset(Object.fromEntries(Array.from({ length: 50 }, (_, place) => [`k${place}`, place])));
    const { result, commands } = await commandsDuring(() =>
      Promise.all(Array.from({ length: 50 }, (_, place) => reads.read('a', [`k${place}`, 'none']))),
    );
    expect(result).toEqual(Array.from({ length: 50 }, (_, place) => [String(place), null]));
    expect(commands).toBe(1);
  });

  it('splits what would be too large', async () => {
    const { result, commands } = await commandsDuring(() =>
      Promise.all(Array.from({ length: 1_000 }, () => reads.read('a', ['k1', 'k2', 'k3', 'k4', 'k5']))),
    );
    expect(new Set(result.map((values) => values.join()))).toEqual(new Set(['1,2,3,4,5']));
    expect(commands).toBe(3);
  });

  it('tells everybody when the store fails, and goes on afterwards', async () => {
    await redis.hang();
    const outcomes = await Promise.allSettled([reads.read('a', ['k1']), reads.read('a', ['k2'])]);
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { code: 'store_unavailable' } },
      { status: 'rejected', reason: { code: 'store_unavailable' } },
    ]);
    await redis.resume();
    expect(await reads.read('a', ['k1'])).toEqual(['1']);
  });
});
