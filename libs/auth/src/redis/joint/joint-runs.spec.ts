import type { Redis } from 'ioredis';
import {
  startCluster,
  startStandalone,
  type StandaloneRedis,
} from '../../../../../test/support/redis/index.js';
import { GuardedRedis } from '../guarded-redis.js';
import { KeySpace } from '../key-space.js';
import { RedisScript } from '../redis-script.js';

const keySpace = new KeySpace('gh');
const echo = new RedisScript('echo', 'return { KEYS[1], #KEYS, ARGV[1], #ARGV, now_ms() > 0 and 1 }');
const count = new RedisScript('count', `return redis.call('INCRBY', KEYS[1], ARGV[1])`);
const read = new RedisScript('read', `return redis.call('GET', KEYS[1])`);
const drop = new RedisScript('drop', `redis.call('DEL', KEYS[1])`);
const fill = new RedisScript(
  'fill',
  `redis.call('SETRANGE', KEYS[1], 0, '') redis.call('SET', KEYS[1], 'x')`,
);

describe('scripts that leave together', () => {
  let server: StandaloneRedis;
  let connection: Redis;
  let redis: GuardedRedis;

  beforeAll(async () => {
    server = await startStandalone();
    connection = await server.connect();
    redis = new GuardedRedis(connection, { keySpace, deadlineMs: 1_000 });
  });
  beforeEach(() => connection.flushall());
  afterAll(async () => {
    redis.close();
    await server.stop();
  });

  async function runsDuring(work: () => Promise<unknown>): Promise<number> {
    await connection.config('RESETSTAT');
    await work();
    const stats = await connection.info('commandstats');
    return [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+).*?failed_calls=(\d+)/g)]
      .map(([, calls, failed]) => Number(calls) - Number(failed))
      .reduce((sum, each) => sum + each, 0);
  }

  it('are one run, and each gets its own keys, arguments and reply', async () => {
    const [a, b] = [keySpace.key('a', 'k'), keySpace.key('b', 'k')];
    let replies: unknown[] = [];
    const runs = await runsDuring(async () => {
      replies = await Promise.all([
        redis.joint.run(read, [a], []),
        redis.joint.run(count, [a], [2]),
        redis.joint.run(echo, [a, b], ['x', 'y', 'z']),
        redis.joint.run(count, [a], [3]),
        redis.joint.run(drop, [b], []),
      ]);
    });
    expect(replies.map((reply) => reply ?? undefined)).toEqual([
      undefined,
      2,
      [a, 2, 'x', 3, 1],
      5,
      undefined,
    ]);
    expect(runs).toBe(1);
  });

  it('are as they were where nothing else is asked', async () => {
    expect(await redis.joint.run(count, [keySpace.key('a', 'k')], [4])).toBe(4);
  });

  it('fail each by itself', async () => {
    const [list, number] = [keySpace.key('a', 'list'), keySpace.key('a', 'number')];
    await connection.lpush(list, '1');
    const [failed, done] = await Promise.allSettled([
      redis.joint.run(count, [list], [1]),
      redis.joint.run(count, [number], [1]),
      redis.joint.run(read, [number], []),
    ]);
    const cause = expect.objectContaining({ message: expect.stringMatching(/^WRONGTYPE/) }) as Error;
    expect(failed).toMatchObject({ reason: { code: 'store_unavailable', options: { cause } } });
    expect([done, await connection.get(number)]).toEqual([{ status: 'fulfilled', value: 1 }, '1']);
  });

  it('what a full server refuses is refused, whatever is written beside it', async () => {
    const [gone, filled] = [keySpace.key('a', 'gone'), keySpace.key('a', 'filled')];
    await connection.set(gone, 1);
    await connection.config('SET', 'maxmemory', '1');
    const [dropped, refused] = await Promise.allSettled([
      redis.joint.run(drop, [gone], []),
      redis.joint.run(fill, [filled], [], true),
    ]);
    await connection.config('SET', 'maxmemory', '0');
    expect([dropped.status, refused.status]).toEqual(['fulfilled', 'rejected']);
    expect(await connection.exists(gone, filled)).toBe(0);
  });

  it('on a Cluster leave together with those under their hash tag', async () => {
    const cluster = await startCluster({ masters: 3 });
    try {
      const spread = new GuardedRedis(await cluster.connect(), { keySpace, deadlineMs: 1_000 });
      const add = (tag: string) => spread.joint.run(count, [keySpace.key(tag, 'k')], [1]);
      const look = (tag: string) => spread.joint.run(read, [keySpace.key(tag, 'k')], []);
      const tags = ['a', 'b', 'c', 'd', 'e'];
      const both = () => Promise.all(tags.map((tag) => Promise.all([add(tag), look(tag)])));
      expect(await both()).toEqual(tags.map(() => [1, '1']));
      spread.close();
    } finally {
      await cluster.stop();
    }
  });
});
