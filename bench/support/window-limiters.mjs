// The limiters that bench/sliding-window.mjs compares. Each decides on (key, limit, window) and answers whether to admit.
import { ThrottlerStorageRedisService as NestLab } from '@nest-lab/throttler-storage-redis';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { RedisStore } from 'rate-limit-redis';
import { GuardedRedis } from '../../libs/auth/dist/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/dist/redis/key-space.js';
import { createThrottlerStorage } from '../../libs/auth/dist/throttler/index.js';
import { RedisSlidingWindowStore } from '../../libs/auth/dist/throttler/sliding-window/redis-sliding-window.store.js';

const require = createRequire(import.meta.url);
const { ThrottlerStorageRedisService: Published } = require('nestjs-throttler-storage-redis');

/** As Nest's guard calls a storage; `blockMs` is the window because that is what the guard passes by default. */
const throughStorage = (storage, blocks) => async (key, limit, windowMs) =>
  !(await storage.increment(key, windowMs, limit, blocks ? windowMs : 0, 'default')).isBlocked;

/** Ours without the deny cache, so that every decision is Redis'. */
const ours = (precision) => (client) => {
  const redis = new GuardedRedis(client, { keySpace: new KeySpace('bench'), deadlineMs: 10_000 });
  const store = new RedisSlidingWindowStore(redis);
  return async (key, limit, windowMs) => {
    const [{ outcome }] = await store.hit([
      { name: 'default', key, precision, limit, windowMs, blockMs: 0, cost: 1 },
    ]);
    return outcome === 'admitted';
  };
};

const FIXED_WINDOW = `
local hits = redis.call('INCR', KEYS[1])
if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { hits, redis.call('PTTL', KEYS[1]) }`;

const SORTED_SET = `
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1] * 1000)
local used = redis.call('ZCARD', KEYS[1])
if used >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`;

function fixedWindow(client) {
  client.defineCommand('fixedWindow', { numberOfKeys: 1, lua: FIXED_WINDOW });
  return async (key, limit, windowMs) => (await client.fixedWindow(`fixed:${key}`, windowMs))[0] <= limit;
}

function sortedSet(client) {
  client.defineCommand('sortedSet', { numberOfKeys: 1, lua: SORTED_SET });
  let member = 0;
  return async (key, limit, windowMs) =>
    (await client.sortedSet(`zset:${key}`, windowMs, limit, member++)) === 1;
}

function rateLimiterFlexible(client) {
  const limiters = new Map();
  return async (key, limit, windowMs) => {
    const id = `${limit}/${windowMs}`;
    if (!limiters.has(id)) {
      const keyPrefix = `flexible:${id}`;
      limiters.set(
        id,
        new RateLimiterRedis({ storeClient: client, points: limit, duration: windowMs / 1000, keyPrefix }),
      );
    }
    return limiters
      .get(id)
      .consume(key)
      .then(
        () => true,
        (refusal) => {
          if (refusal instanceof Error) throw refusal;
          return false;
        },
      );
  };
}

function rateLimitRedis(client) {
  const stores = new Map();
  return async (key, limit, windowMs) => {
    if (!stores.has(windowMs)) {
      const store = new RedisStore({ sendCommand: (...args) => client.call(...args), prefix: 'rlr:' });
      store.init({ windowMs });
      stores.set(windowMs, store);
    }
    return (await stores.get(windowMs).increment(key)).totalHits <= limit;
  };
}

const versionOf = (name) => require(`${name}/package.json`).version;
const published = (name) => `${name} ${versionOf(name)}`;

export const limiters = [
  { name: 'fixed window, least possible script', make: fixedWindow, isReference: true },
  { name: 'gatehouse, exact', make: ours('exact') },
  { name: 'gatehouse, bounded', make: ours('bounded') },
  { name: 'sorted set log (textbook)', make: sortedSet },
  {
    name: published('@nest-lab/throttler-storage-redis'),
    make: (client) => throughStorage(new NestLab(client), true),
  },
  {
    name: published('nestjs-throttler-storage-redis'),
    make: (client) => throughStorage(new Published(client), true),
  },
  { name: published('rate-limiter-flexible'), make: rateLimiterFlexible },
  {
    name: `rate-limit-redis ${require('../node_modules/rate-limit-redis/package.json').version}`,
    make: rateLimitRedis,
  },
];

/** As an app has it: the storage with its deny cache. */
export const floodLimiters = [
  {
    name: 'gatehouse (deny cache)',
    make: (client) => throughStorage(createThrottlerStorage({ redis: client }), false),
  },
  ...limiters,
];

/** A client that counts what it sends, once it is ready. */
export async function connect(url) {
  const client = new Redis(url);
  await once(client, 'ready');
  client.sent = 0;
  const send = client.sendCommand.bind(client);
  client.sendCommand = (...args) => {
    client.sent++;
    return send(...args);
  };
  return client;
}
