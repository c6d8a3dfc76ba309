import type { Redis } from 'ioredis';
import { until } from '../../../../../test/support/until.js';
import { type StandaloneRedis, startStandalone } from '../../../../../test/support/redis/index.js';
import { GuardedRedis } from '../guarded-redis.js';
import { KeySpace } from '../key-space.js';
import { TurnBatch } from './turn-batch.js';

describe('TurnBatch', () => {
  let redis: StandaloneRedis;
  let connection: Redis;
  let reads: TurnBatch<readonly string[], readonly (string | null)[]>;

  beforeAll(async () => {
    redis = await startStandalone();
    connection = await redis.connect();
    const guarded = new GuardedRedis(connection, { keySpace: new KeySpace('gh'), deadlineMs: 1_000 });
    reads = new TurnBatch(guarded, {
      maxSize: 2_000,
      sizeOf: (keys) => keys.length,
      send: async (questions) => {
        const values = [...(await guarded.values(questions.flat()))];
        return questions.map((keys) => values.splice(0, keys.length));
      },
    });
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
      Promise.all(Array.from({ length: 50 }, (_, place) => reads.ask('a', [`k${place}`, 'none']))),
    );
    expect(result).toEqual(Array.from({ length: 50 }, (_, place) => [String(place), null]));
    expect(commands).toBe(1);
  });

  it('splits what would be too large', async () => {
    const { result, commands } = await commandsDuring(() =>
      Promise.all(Array.from({ length: 1_000 }, () => reads.ask('a', ['k1', 'k2', 'k3', 'k4', 'k5']))),
    );
    expect(new Set(result.map((values) => values.join()))).toEqual(new Set(['1,2,3,4,5']));
    expect(commands).toBe(3);
  });

  it('rejects every question of a batch when the store fails, and goes on afterwards', async () => {
    await redis.hang();
    const outcomes = await Promise.allSettled([reads.ask('a', ['k1']), reads.ask('a', ['k2'])]);
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { code: 'store_unavailable' } },
      { status: 'rejected', reason: { code: 'store_unavailable' } },
    ]);
    await redis.resume();
    await until('it goes on', async () => {
      const values = await reads.ask('a', ['k1']).catch(() => undefined);
      return values?.[0] === '1';
    });
  });
});
