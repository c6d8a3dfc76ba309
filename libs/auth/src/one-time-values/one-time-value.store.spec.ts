import { startStandalone } from '../../../../test/support/redis/index.js';
import { freshKeySpace } from '../../../../test/support/sessions/session-media.js';
import { runOnEveryMedium } from '../../../../test/support/store-media.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { ManualClock } from '../testing/manual-clock.js';
import { MemoryOneTimeValueStore } from './memory-one-time-value.store.js';
import { oneTimeValueContract } from './one-time-value.store.contract.js';
import { RedisOneTimeValueStore } from './redis-one-time-value.store.js';
import { useOnceScript } from './use-once.lua.js';

runOnEveryMedium('the store of one-time values', oneTimeValueContract, {
  memory: (clock) => new MemoryOneTimeValueStore(clock),
  redis: (redis) => new RedisOneTimeValueStore(redis),
});

describe('the memory store of one-time values', () => {
  it('refuses rather than forget, and takes new ones once others are over', async () => {
    const clock = new ManualClock();
    const store = new MemoryOneTimeValueStore(clock, { maxValues: 2 });
    await store.use('one', 10_000);
    await store.use('two', 60_000);
    await expect(store.use('three', 10_000)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await store.use('one', 10_000)).toBe('replayed');
    clock.advance(10_000);
    expect(await store.use('three', 10_000)).toBe('first');
    clock.advance(60_000);
    store.sweep();
    expect(store.size).toBe(0);
  });
});

describe('the Redis store of one-time values', () => {
  let fixture: Awaited<ReturnType<typeof startStandalone>>;

  beforeAll(async () => {
    fixture = await startStandalone();
  });
  afterAll(() => fixture?.stop());

  it('answers the same attempt alike when a client sends it once more, and keeps no value', async () => {
    const connection = await fixture.connect();
    const keySpace = freshKeySpace();
    const redis = new GuardedRedis(connection, { keySpace, deadlineMs: 10_000 });
    const key = keySpace.key('a', 'used', 'x');
    for (const attempt of ['a', 'a'])
      expect(await redis.run(useOnceScript, [key], [attempt, 60_000])).toBe('first');
    expect(await redis.run(useOnceScript, [key], ['b', 60_000])).toBe('replayed');
    await new RedisOneTimeValueStore(redis).use('a value of somebody', 60_000);
    const found = await connection.keys(`${keySpace.prefix}:*`);
    const held = await Promise.all(found.map(async (each) => [each, await connection.get(each)]));
    expect(held).toHaveLength(2);
    expect(JSON.stringify(held)).not.toContain('somebody');
    for (const each of found) expect(await connection.pttl(each)).toBeGreaterThan(0);
  });

  it('is 503 while Redis is away', async () => {
    const redis = new GuardedRedis(await fixture.connect(), { keySpace: freshKeySpace(), deadlineMs: 2_000 });
    await fixture.kill();
    await expect(new RedisOneTimeValueStore(redis).use('x', 1000)).rejects.toMatchObject({
      code: 'store_unavailable',
    });
  });
});
