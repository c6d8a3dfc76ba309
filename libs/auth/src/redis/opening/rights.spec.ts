import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  startCluster,
  startStandalone,
  type StandaloneRedis,
} from '../../../../../test/support/redis/index.js';
import { until } from '../../../../../test/support/until.js';
import { GuardedRedis } from '../guarded-redis.js';
import { KeySpace } from '../key-space.js';
import { missingRights, type RedisUses } from './rights.js';

const FILE = readFileSync(join(__dirname, '../../../../../docs/redis.acl'), 'utf8');
const RULES = FILE.split('\n')[0]!.split(' ').slice(2);
const PASSWORD = RULES.find((rule) => rule.startsWith('>'))!.slice(1);
// Told otherwise: by signals that are refused, and by a Cluster that can't be reached.
const TOLD_ELSEWHERE = ['+subscribe', '+publish', '+cluster|slots', '+cluster|info', '+asking'];
const TRIED = RULES.filter((rule) => rule.startsWith('+') && !TOLD_ELSEWHERE.includes(rule));

const ALL: RedisUses = { copies: true, managedKeys: true, apiKeys: true };

describe('rights that are missing', () => {
  let server: StandaloneRedis;
  beforeAll(async () => {
    server = await startStandalone();
  });
  afterAll(() => server.stop());

  let users = 0;
  async function warningsFor(
    rules: readonly string[],
    { db = 0, ...uses }: Partial<RedisUses> & { readonly db?: number } = {},
  ): Promise<readonly string[]> {
    const username = `user-${users++}`;
    const [node] = server.nodes;
    await node!.command('acl', 'setuser', username, ...rules);
    const connection = await server.connect({ username, password: PASSWORD, db, enableReadyCheck: false });
    const redis = new GuardedRedis(connection, { keySpace: new KeySpace('gatehouse'), deadlineMs: 5_000 });
    const found = await missingRights(redis, { ...ALL, ...uses });
    redis.close();
    connection.disconnect();
    return found;
  }

  it('are none for the user of the documents, and nothing is left behind', async () => {
    expect(await warningsFor(RULES)).toEqual([]);
    expect(await server.nodes[0]!.command('dbsize')).toBe(0);
  });

  it.each(TRIED)('are named, with what follows: %s', async (right) => {
    const name = right.slice(1).toUpperCase();
    const found = await warningsFor([...RULES, `-${name}`], { db: 1 });
    expect(found).toEqual([expect.stringMatching(new RegExp(`forbids ${name}: `))]);
    for (const db of [0, 1]) {
      const client = await server.connect({ db });
      // What is only expired, because nothing may be deleted, is still counted until Redis has looked at it.
      await until('nothing is left', async () => (await client.dbsize()) === 0);
    }
  });

  const STREAMS = ['-xadd', '-xread'];
  const HASHES = ['-hget', '-hset', '-hdel', '-hmget'];
  it.each<[string, Partial<RedisUses>, readonly string[]]>([
    ['copies of revocations', { copies: false }, STREAMS],
    ['API keys', { apiKeys: false }, ['-zcard', '-persist', '-zremrangebyscore', '-hincrby']],
    ['API keys and managed keys', { apiKeys: false, managedKeys: false }, [...HASHES, '-zcard', '-hincrby']],
  ])('are none of an app without %s, which only these need', async (_what, uses, rules) => {
    expect(await warningsFor([...RULES, ...rules])).not.toEqual([]);
    expect(await warningsFor([...RULES, ...rules], uses)).toEqual([]);
  });

  it('are named for what is kept in hashes', async () => {
    const rules = [...RULES, ...HASHES];
    for (const [uses, what] of [
      [{ apiKeys: false }, 'managed signing keys are neither'],
      [{ managedKeys: false }, 'API keys are neither'],
      [{}, 'managed signing keys and API keys are neither'],
    ] as const)
      expect(await warningsFor(rules, uses)).toEqual([
        expect.stringContaining(`HDEL, HGET, HSET, HMGET: ${what}`),
      ]);
  });

  it.each([
    [
      'keys',
      [...RULES, 'resetkeys', '~other:*'],
      /^Redis, or its ACL, forbids keys \(gatehouse:\*\): no token can be checked/,
    ],
    ['everything', [...RULES, '-@all'], /forbids EVAL, EVALSHA: /],
  ])('are named where %s are forbidden', async (_what, rules, expected) => {
    expect(await warningsFor(rules)).toEqual([expect.stringMatching(expected)]);
  });

  it('are not found where writes are refused for another reason', async () => {
    const [node] = server.nodes;
    await node!.command('config', 'set', 'maxmemory', '1');
    expect(await warningsFor(RULES)).toEqual([]);
    await node!.command('config', 'set', 'maxmemory', '0');
    await node!.command('replicaof', '127.0.0.1', '1');
    expect(await warningsFor(RULES)).toEqual([]);
    await node!.command('replicaof', 'no', 'one');
  });

  it('are named on a Cluster', async () => {
    const cluster = await startCluster();
    for (const node of cluster.nodes)
      await node.command('acl', 'setuser', 'app', ...RULES, '-asking', '-zadd');
    const connection = await cluster.connect({ redisOptions: { username: 'app', password: PASSWORD } });
    const redis = new GuardedRedis(connection, { keySpace: new KeySpace('gatehouse'), deadlineMs: 5_000 });
    expect(await missingRights(redis, ALL)).toEqual([
      expect.stringContaining('forbids ASKING: '),
      expect.stringContaining('forbids ZADD: '),
    ]);
    redis.close();
    await cluster.stop();
  });
});
