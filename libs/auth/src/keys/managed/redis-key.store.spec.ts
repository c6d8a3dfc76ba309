import { randomBytes, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { type StandaloneRedis, startStandalone } from '../../../../../test/support/redis/index.js';
import { GuardedRedis } from '../../redis/guarded-redis.js';
import { KeySpace } from '../../redis/key-space.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { KeySeal } from './key-seal.js';
import { ManagedKeySource } from './managed.key-source.js';
import { RedisKeyStore } from './redis-key.store.js';
import { SealedKeys } from './sealed-keys.js';

const settings = { algorithm: 'ES256', rsaBits: 2048, prePublishMs: 1000, retireAfterMs: 1000 } as const;

describe('managed keys in Redis', () => {
  let server: StandaloneRedis;
  let client: Redis;
  let keySpace: KeySpace;
  const kept = randomBytes(32);

  beforeAll(async () => {
    server = await startStandalone();
    client = await server.connect();
  }, 120_000);

  afterAll(() => server.stop());

  beforeEach(() => {
    keySpace = new KeySpace(randomUUID());
  });

  const source = (...keys: Buffer[]): ManagedKeySource => {
    const redis = new GuardedRedis(client, { keySpace, deadlineMs: 5000 });
    const seal = new KeySeal(keys.length === 0 ? [kept] : keys);
    return new ManagedKeySource(new SealedKeys(new RedisKeyStore(redis), seal), settings, new ManualClock());
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

    await client.hset(
      record(),
      'sealed',
      new KeySeal([randomBytes(32)]).seal('[]', `${record()} (version 1)`),
    );
    await expect(source().load()).rejects.toThrow('sealed under another secret');
  });

  it('stay readable while the secret is being changed, and need the old one no longer than that', async () => {
    const next = randomBytes(32);
    const old = source(kept);
    const [first] = await old.load();
    const [same] = await source(next, kept).load();
    const [still] = await source(next).load();
    expect([same?.kid, still?.kid]).toEqual([first?.kid, first?.kid]);
    await expect(old.load()).rejects.toThrow(/secret: .*sealed under another secret/);
  });

  it('are sealed again without a new version: nothing changed for the others', async () => {
    const next = randomBytes(32);
    await source(kept).load();
    const before = await client.hgetall(record());
    await source(next, kept).load();
    const after = await client.hgetall(record());
    expect(after['version']).toBe(before['version']);
    expect(after['sealed']).not.toBe(before['sealed']);
    await source(next, kept).load();
    expect(await client.hgetall(record())).toEqual(after);
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

  it('are those in force, though this instance made others of the same version', async () => {
    const one = source();
    const [own] = await one.load();
    await client.del(record());
    const other = source();
    const [theirs] = await other.load();
    expect(theirs?.kid).not.toBe(own?.kid);
    expect((await one.load()).map(({ kid }) => kid)).toEqual([theirs?.kid]);
    // A rotation goes on from the keys in force as well.
    await client.del(record());
    const [again] = await source().load();
    const { keys } = await one.rotate({ replaces: again?.kid ?? '', compromised: false });
    expect(keys.map(({ kid }) => kid)).toContain(again?.kid);
    expect(keys.map(({ kid }) => kid)).not.toContain(theirs?.kid);
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
