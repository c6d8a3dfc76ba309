import { startStandalone } from '../../../../test/support/redis/index.js';
import { freshKeySpace } from '../../../../test/support/sessions/session-media.js';
import { runOnEveryMedium } from '../../../../test/support/store-media.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { ManualClock } from '../testing/manual-clock.js';
import { deviceAuthorizationContract } from './device-authorization.store.contract.js';
import {
  createDeviceCode,
  createUserCode,
  readDeviceCode,
  readUserCode,
  shownUserCode,
} from './device-codes.js';
import { answerDeviceScript } from './answer-device.lua.js';
import { beginDeviceScript } from './begin-device.lua.js';
import { redeemDeviceScript } from './redeem-device.lua.js';
import { MemoryDeviceAuthorizationStore } from './memory-device-authorization.store.js';
import { RedisDeviceAuthorizationStore } from './redis-device-authorization.store.js';

runOnEveryMedium('the store of device authorizations', deviceAuthorizationContract, {
  memory: (clock) => new MemoryDeviceAuthorizationStore(clock),
  redis: (redis) => new RedisDeviceAuthorizationStore(redis),
});

const content = { clientId: 'tv', request: '{}', intervalMs: 5_000 };

describe('the memory store of device authorizations', () => {
  it('takes no more rather than forget one, and does again once others are over', async () => {
    const clock = new ManualClock();
    const store = new MemoryDeviceAuthorizationStore(clock, { maxAuthorizations: 1 });
    await store.begin({ name: 'one', secretHash: '' }, content, 1_000);
    const another = () => store.begin({ name: 'two', secretHash: '' }, content, 1_000);
    await expect(another()).rejects.toMatchObject({ code: 'store_unavailable' });
    clock.advance(601_000);
    expect(await another()).toBe('begun');
    clock.advance(601_000);
    store.sweep();
    expect(store.size).toBe(0);
  });
});

describe('the Redis store of device authorizations', () => {
  let fixture: Awaited<ReturnType<typeof startStandalone>>;

  beforeAll(async () => {
    fixture = await startStandalone();
  });
  afterAll(() => fixture?.stop());

  it('answers the same attempt alike when a client sends it once more, and keeps no code', async () => {
    const connection = await fixture.connect();
    const keySpace = freshKeySpace();
    const redis = new GuardedRedis(connection, { keySpace, deadlineMs: 10_000 });
    const userCode = createUserCode();
    const deviceCode = createDeviceCode(userCode);
    await new RedisDeviceAuthorizationStore(redis).begin(readDeviceCode(deviceCode)!, content, 60_000);
    const [key = ''] = await connection.keys(`${keySpace.prefix}:*`);
    const held = JSON.stringify([key, await connection.hgetall(key)]);
    for (const code of [userCode, deviceCode, deviceCode.slice(22)]) expect(held).not.toContain(code);
    expect(await connection.pttl(key)).toBeGreaterThan(60_000);
    const { secret = '' } = await connection.hgetall(key);
    const twice = async (script: typeof beginDeviceScript, args: (string | number)[]) => [
      await redis.run(script, [key], args),
      await redis.run(script, [key], args),
    ];
    expect(await twice(beginDeviceScript, [secret, 'tv', '{}', 60_000, 5_000])).toEqual(['begun', 'begun']);
    expect(await twice(answerDeviceScript, ['approved', '{}', 'a'])).toEqual(['approved', 'approved']);
    expect(await twice(redeemDeviceScript, [secret, 'a'])).toEqual(['redeemed', 'redeemed']);
    expect(await redis.run(redeemDeviceScript, [key], [secret, 'b'])).toBe('unknown');
  });

  it('is 503 while Redis is away', async () => {
    const redis = new GuardedRedis(await fixture.connect(), { keySpace: freshKeySpace(), deadlineMs: 2_000 });
    const store = new RedisDeviceAuthorizationStore(redis);
    await fixture.kill();
    const codes = { name: 'name', secretHash: '' };
    for (const call of [
      () => store.begin(codes, content, 1_000),
      () => store.find('BCDFGHJK'),
      () => store.approve('BCDFGHJK', '{}'),
      () => store.deny('BCDFGHJK'),
      () => store.poll(codes, 'tv'),
      () => store.redeem(codes),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('[8628] user codes', () => {
  it('are eight letters of twenty, read whatever the case and punctuation', () => {
    const code = createUserCode();
    expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    const shown = shownUserCode(code);
    expect(shown).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    for (const typed of [code, shown, shown.toLowerCase(), ` ${shown.replace('-', ' – ')}. `])
      expect(readUserCode(typed)).toBe(code);
    for (const other of ['', 'BCDF', 'BCDF-GHJA', `${code}B`, 'ßßßß', '12345678', `${code.slice(1)}ſ`])
      expect(readUserCode(other)).toBeUndefined();
  });

  it('[6749-13] device codes have 256 random bits, and other texts are none', () => {
    const [one, other] = [createDeviceCode('BCDFGHJK'), createDeviceCode('BCDFGHJK')];
    expect(one.slice(22)).toHaveLength(43);
    expect(one).not.toBe(other);
    expect(readDeviceCode(one)?.name).toBe(readDeviceCode(other)?.name);
    for (const text of ['', 'x', `${one}x`, `${one}\n`, one.slice(1), one.replace(/.$/, '!')])
      expect(readDeviceCode(text)).toBeUndefined();
  });
});
