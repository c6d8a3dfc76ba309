import { RedisScript } from '../../redis/redis-script.js';

/**
 * The generation of a key, as a script only so that it leaves together with others.
 *
 * KEYS 1 the generation. Reply: it, or nothing.
 */
export const readGeneration = new RedisScript('read-window-generation', `return redis.call('GET', KEYS[1])`);
