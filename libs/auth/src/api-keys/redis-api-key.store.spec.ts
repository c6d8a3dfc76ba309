import type { Redis } from 'ioredis';
import { type StandaloneRedis, startStandalone } from '../../../../test/support/redis/index.js';
import { freshKeySpace } from '../../../../test/support/sessions/session-media.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { SubjectKeys } from '../subjects/subject-keys.js';
import { ApiKeyGrammar } from './api-key-text.js';
import { RedisApiKeyStore } from './redis-api-key.store.js';

const DAY_MS = 86_400_000;
const NOTHING = { clientId: undefined, roles: [], scope: undefined, claims: {}, rateLimit: undefined };

describe('[11-F] API keys on Redis', () => {
  let redis: StandaloneRedis;
  let connection: Redis;

  beforeAll(async () => {
    redis = await startStandalone();
    connection = await redis.connect();
  });

  afterAll(() => redis.stop());

  function assemble() {
    const keySpace = freshKeySpace();
    const store = new RedisApiKeyStore(new GuardedRedis(connection, { keySpace, deadlineMs: 10_000 }));
    const keys = SubjectKeys.ofSubject(keySpace, 'ada');
    const grammar = new ApiKeyGrammar('gh_test');
    return {
      store,
      keys,
      async add(ttlMs?: number, clientId?: string) {
        const issued = grammar.issue('ada');
        const facts = { ...NOTHING, ...issued, name: 'CI', subject: 'ada', clientId };
        await store.add(facts, { ttlMs, maxPerSubject: 1000 });
        return issued;
      },
      all: () => connection.keys(`${keySpace.prefix}:*`),
    };
  }

  it('a key that expires has a TTL, one that does not has none, and the index lasts as long as the last of them', async () => {
    const { store, keys, add, all } = assemble();
    const leftOf = async (key: string): Promise<number> => {
      const left = await connection.pttl(key);
      return left < 0 ? left : Math.ceil(left / DAY_MS);
    };
    const day = await add(DAY_MS);
    expect([await leftOf(keys.apiKey(day.id)), await leftOf(keys.apiKeys)]).toEqual([1, 1]);
    const week = await add(7 * DAY_MS);
    await add(2 * DAY_MS);
    expect([await leftOf(keys.apiKey(week.id)), await leftOf(keys.apiKeys)]).toEqual([7, 7]);
    const lasting = await add();
    expect([await leftOf(keys.apiKey(lasting.id)), await leftOf(keys.apiKeys)]).toEqual([-1, -1]);
    await store.present(lasting.id, lasting.secretHash);
    await store.present(week.id, week.secretHash);
    expect([await leftOf(keys.apiKey(lasting.id)), await leftOf(keys.apiKey(week.id))]).toEqual([-1, 7]);
    await store.revoke(lasting.id);
    expect(await leftOf(keys.apiKeys)).toBe(7);
    await store.revokeSubject('ada');
    expect(await all()).toEqual([]);
  });

  it('keeps of a secret nothing but its hash', async () => {
    const { add, all } = assemble();
    const { text } = await add();
    const secret = text.split('_').at(-1)!.slice(0, 43);
    const dumps = await Promise.all((await all()).map((key) => connection.dumpBuffer(key)));
    expect(dumps.length).toBeGreaterThan(1);
    for (const dump of dumps) expect(dump.toString('latin1')).not.toContain(secret.slice(0, 10));
  });

  it('asks once for all keys that are shown in one turn', async () => {
    const { store, add } = assemble();
    const keys = await Promise.all(Array.from({ length: 64 }, () => add()));
    await connection.config('RESETSTAT');
    const verdicts = await Promise.all(keys.map(({ id, secretHash }) => store.present(id, secretHash)));
    expect(verdicts.filter(({ verdict }) => verdict === 'accepted')).toHaveLength(64);
    expect(/cmdstat_evalsha:calls=(\d+)/.exec(await connection.info('commandstats'))?.[1]).toBe('1');
  });

  it('writes nothing for a key that was used a moment ago', async () => {
    const { store, add } = assemble();
    const { id, secretHash } = await add();
    await store.present(id, secretHash);
    await connection.config('RESETSTAT');
    for (let count = 0; count < 10; count++) await store.present(id, secretHash);
    expect(await connection.info('commandstats')).not.toMatch(/cmdstat_(?:hset|set|pexpire|zadd):/);
  });

  it('takes a record that cannot be read for none, and can still end it', async () => {
    const { store, keys, add } = assemble();
    const { id, secretHash } = await add();
    for (const facts of ['', '{', 'null', '{"subject":7}']) {
      await connection.hset(keys.apiKey(id), 'facts', facts);
      expect(await store.present(id, secretHash)).toEqual({ verdict: 'unknown' });
      expect([await store.find(id), await store.list('ada')]).toEqual([undefined, []]);
    }
    await store.revoke(id);
    expect(await connection.exists(keys.apiKey(id))).toBe(0);
  });

  it('a revoked client leaves 64 counters, and its keys when they are looked at', async () => {
    const { store, add, all } = assemble();
    const { id, secretHash } = await add(undefined, 'ci');
    await store.revokeClient('ci');
    expect(await store.present(id, secretHash)).toEqual({ verdict: 'unknown' });
    expect(await all()).toHaveLength(66);
    expect(await store.list('ada')).toEqual([]);
    expect(await all()).toHaveLength(64);
  });
});
