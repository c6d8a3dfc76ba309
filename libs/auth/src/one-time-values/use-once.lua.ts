import { RedisScript } from '../redis/redis-script.js';

/**
 * Uses a one-time value. A client may send a command once more after it lost its connection: the same attempt gets the same
 * answer. Deletes first: a full server refuses no write after that, and what clients give back there has to get through.
 *
 * KEYS 1 there once the value was used. ARGV 1 this attempt, 2 ms to remember it. Reply: 'first' or 'replayed'.
 */
export const useOnceScript = new RedisScript(
  'use-once',
  `
local user = redis.call('GET', KEYS[1])
if user then return user == ARGV[1] and 'first' or 'replayed' end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'first'
`,
);
