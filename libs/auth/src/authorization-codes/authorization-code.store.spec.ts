import { startStandalone } from '../../../../test/support/redis/index.js';
import { freshKeySpace } from '../../../../test/support/sessions/session-media.js';
import { runOnEveryMedium } from '../../../../test/support/store-media.js';
import { digest } from '../kernel/opaque.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { ManualClock } from '../testing/manual-clock.js';
import type { AuthorizationCodeContent } from './authorization-code.store.js';
import { authorizationCodeContract } from './authorization-code.store.contract.js';
import { MemoryAuthorizationCodeStore } from './memory-authorization-code.store.js';
import { redeemCodeScript } from './redeem-code.lua.js';
import { RedisAuthorizationCodeStore } from './redis-authorization-code.store.js';

const content: AuthorizationCodeContent = {
  clientId: 'web',
  redirectUri: 'https://app.test/callback',
  codeChallenge: 'challenge',
  sessionId: 'session',
  login: '{}',
  revocations: '',
};

runOnEveryMedium('the store of authorization codes', authorizationCodeContract, {
  memory: (clock) => new MemoryAuthorizationCodeStore(clock),
  redis: (redis) => new RedisAuthorizationCodeStore(redis),
});

describe('the memory store of authorization codes', () => {
  it('issues no more rather than forget a use, and does again once others are over', async () => {
    const clock = new ManualClock();
    const store = new MemoryAuthorizationCodeStore(clock, { maxCodes: 2 });
    await store.issue('one', content, 1_000);
    await store.issue('two', content, 60_000);
    await store.redeem('two', 60_000);
    await expect(store.issue('three', content, 1_000)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await store.redeem('two', 1_000)).toMatchObject({ verdict: 'used' });
    clock.advance(1_000);
    await store.issue('three', content, 1_000);
    clock.advance(60_000);
    store.sweep();
    expect(store.size).toBe(0);
  });

  it('holds no code', async () => {
    const store = new MemoryAuthorizationCodeStore(new ManualClock());
    await store.issue('a code of somebody', content, 60_000);
    expect([...store['codes']['entries'].keys()]).toEqual([digest('a code of somebody')]);
  });
});

describe('the Redis store of authorization codes', () => {
  let fixture: Awaited<ReturnType<typeof startStandalone>>;

  beforeAll(async () => {
    fixture = await startStandalone();
  });
  afterAll(() => fixture?.stop());

  it('answers the same attempt alike when a client sends it once more, and keeps neither code nor content', async () => {
    const connection = await fixture.connect();
    const keySpace = freshKeySpace();
    const redis = new GuardedRedis(connection, { keySpace, deadlineMs: 10_000 });
    const store = new RedisAuthorizationCodeStore(redis);
    await store.issue('a code of somebody', content, 60_000);
    const [key = ''] = await connection.keys(`${keySpace.prefix}:*`);
    expect(key).not.toContain('somebody');
    expect(JSON.stringify(await connection.hgetall(key))).not.toContain('somebody');
    for (const attempt of ['a', 'a'])
      expect(await redis.run(redeemCodeScript, [key], [attempt, 90_000])).toEqual(['redeemed']);
    expect(await redis.run(redeemCodeScript, [key], ['b', 60_000])).toEqual([
      'used',
      '{"clientId":"web","sessionId":"session"}',
    ]);
    expect(await connection.hgetall(key)).toEqual({
      user: 'a',
      owner: '{"clientId":"web","sessionId":"session"}',
      content: '',
    });
    expect(await connection.pttl(key)).toBeGreaterThan(60_000);
  });

  it('is 503 while Redis is away', async () => {
    const redis = new GuardedRedis(await fixture.connect(), { keySpace: freshKeySpace(), deadlineMs: 2_000 });
    const store = new RedisAuthorizationCodeStore(redis);
    await fixture.kill();
    const away = { code: 'store_unavailable' };
    await expect(store.issue('x', content, 1_000)).rejects.toMatchObject(away);
    await expect(store.recall('x')).rejects.toMatchObject(away);
    await expect(store.redeem('x', 1_000)).rejects.toMatchObject(away);
  });
});
