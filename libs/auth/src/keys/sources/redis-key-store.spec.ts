import { randomBytes, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { type StandaloneRedis, startStandalone } from '../../../../../test/support/redis/index.js';
import { GuardedRedis } from '../../redis/guarded-redis.js';
import { KeySpace } from '../../redis/key-space.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { GeneratedKeySource } from './generated-key-source.js';
import { KeyEncryption } from './key-encryption.js';
import { RedisKeyStore } from './redis-key-store.js';

const settings = { algorithm: 'ES256', rsaBits: 2048, prePublishMs: 1000, retireAfterMs: 1000 } as const;

describe('keys shared through Redis', () => {
  let server: StandaloneRedis;
  let client: Redis;
  let keySpace: KeySpace;
  const kek = randomBytes(32);

  beforeAll(async () => {
    server = await startStandalone();
    client = await server.connect();
  }, 120_000);

  afterAll(() => server.stop());

  beforeEach(() => {
    keySpace = new KeySpace(randomUUID());
  });

  const source = (...keys: Buffer[]): GeneratedKeySource => {
    const redis = new GuardedRedis(client, { keySpace, deadlineMs: 5000 });
    const store = new RedisKeyStore(redis, new KeyEncryption(keys.length === 0 ? [kek] : keys));
    return new GeneratedKeySource(store, settings, new ManualClock());
  };
  const record = (): string => keySpace.key('keys', 'signing');

  it('are the same for ten instances that start at once', async () => {
    const sets = await Promise.all(Array.from({ length: 10 }, () => source().load()));
    expect(new Set(sets.map(([key]) => key?.kid)).size).toBe(1);
  });

  it('show nothing of a key, not even its id, to who can read Redis', async () => {
    const [key] = await source().load();
    const { sealed = '' } = await client.hgetall(record());
    expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]+$/);
    expect(sealed).not.toContain(key?.kid);
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('ES256');
  });

  it('are refused when the record was changed, moved to another version, or sealed by somebody else', async () => {
    await source().load();
    const { sealed = '' } = await client.hgetall(record());
    await client.hset(record(), 'version', '2');
    await expect(source().load()).rejects.toThrow('authenticate');

    const at = sealed.length - 30;
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
    await client.hset(record(), 'version', '1', 'sealed', changed);
    await expect(source().load()).rejects.toThrow('authenticate');

    await client.hset(record(), 'sealed', new KeyEncryption([randomBytes(32)]).seal('[]', `${record()}:1`));
    await expect(source().load()).rejects.toThrow('does not have');
  });

  it('stay readable while the key-encryption key is being changed', async () => {
    const next = randomBytes(32);
    const [first] = await source(kek).load();
    const [same] = await source(next, kek).load();
    expect(same?.kid).toBe(first?.kid);
    await source(next, kek).rotate({ replaces: first?.kid ?? '', compromised: false });
    const [still] = await source(next).load();
    expect(still?.kid).toBe(first?.kid);
    await expect(source(kek).load()).rejects.toThrow('does not have');
  });

  it('are put back by an instance that knows them when Redis lost them', async () => {
    const one = source();
    const [before] = await one.load();
    await client.del(record());
    const [after] = await one.load();
    expect(after?.kid).toBe(before?.kid);
    expect((await source().load())[0]?.kid).toBe(before?.kid);
  });

  it('do not go back to a compromised key when a failover lost the rotation', async () => {
    const one = source();
    const [compromised] = await one.load();
    const old = await client.hgetall(record());
    const { keys } = await one.rotate({ replaces: compromised?.kid ?? '', compromised: true });
    await client.hset(record(), old);
    expect((await one.load()).map(({ kid }) => kid)).toEqual(keys.map(({ kid }) => kid));
    expect((await source().load()).map(({ kid }) => kid)).toEqual(keys.map(({ kid }) => kid));
  });

  it('are rotated by exactly one of many', async () => {
    const instances = Array.from({ length: 10 }, () => source());
    const [first] = await instances[0]!.load();
    const replaces = first?.kid ?? '';
    const done = await Promise.all(instances.map((each) => each.rotate({ replaces, compromised: false })));
    expect(done.filter(({ outcome }) => outcome === 'rotated')).toHaveLength(1);
    expect(new Set(done.map(({ keys }) => keys.map(({ kid }) => kid).join())).size).toBe(1);
    expect(done[0]?.keys).toHaveLength(2);
  });

  it('are dropped even if an ordinary rotation comes in between', async () => {
    const one = source();
    const other = source();
    const replaces = (await one.load())[0]?.kid ?? '';
    await other.load();
    await Promise.all([
      one.rotate({ replaces, compromised: true }),
      other.rotate({ replaces, compromised: false }),
    ]);
    expect((await source().load()).map(({ kid }) => kid)).not.toContain(replaces);
  });
});
