import type { INestApplicationContext } from '@nestjs/common';
import { StoreMedium } from '../stores/store-medium.js';
import type { StandInRedis } from './redis/stand-in-redis.js';
import { standInOf } from './redis/stand-in-stores.js';
import { partOf } from './tested-app.js';

/** What a test does meanwhile. */
type Work<T> = () => T | PromiseLike<T>;

/**
 * Does some work while the app has no Redis, and answers what the work did. Every answer is what docs/when-redis-fails.md says, nothing
 * waits, and the outage is over with the work, even when that throws.
 * @throws Error unless the app was made with `overrideAuth()`; what the work throws
 * @example
 * ```ts
 * await withRedisDown(app, () => request(server).get('/hello').set(headers).expect(503));
 * ```
 */
export async function withRedisDown<T>(app: INestApplicationContext, work: Work<T>): Promise<T> {
  return redisOf(app, 'withRedisDown()').during('down', work);
}

/**
 * {@link withRedisDown}, but Redis does what it is asked and answers too late: the app has given up by then (503), `redis.deadline` later by the
 * clock of the test. Whoever tries again afterwards finds done what was refused.
 */
export async function withRedisSlow<T>(app: INestApplicationContext, work: Work<T>): Promise<T> {
  return redisOf(app, 'withRedisSlow()').during('slow', work);
}

/** {@link withRedisDown}, but Redis answers what is read, and refuses what writes: it has become a replica. */
export async function withRedisReadOnly<T>(app: INestApplicationContext, work: Work<T>): Promise<T> {
  return redisOf(app, 'withRedisReadOnly()').during('read-only', work);
}

/**
 * Does some work with a Redis that has just lost all that it held, and is back: everybody has to log in again. What is lost stays lost
 * when the work is done. A second passes by the clock of the test.
 */
export async function withRedisFlushed<T>(app: INestApplicationContext, work: Work<T>): Promise<T> {
  redisOf(app, 'withRedisFlushed()').flush();
  return work();
}

function redisOf(app: INestApplicationContext, verb: string): StandInRedis {
  const redis = standInOf(partOf(app, StoreMedium, verb));
  if (redis !== undefined) return redis;
  throw new Error(`${verb} needs an app that was made with overrideAuth(builder), called before compile()`);
}
