import { RedisScript } from '../../redis/redis-script.js';

/**
 * Remembers of a legacy refresh token that it was adopted or withdrawn, unless that is remembered already. Deletes first: a full
 * server refuses no write after that.
 *
 * KEYS 1 there once the token was adopted. ARGV 1 ms to remember it. Reply: nothing.
 */
export const withdrawTokenScript = new RedisScript(
  'withdraw-token',
  `
if redis.call('EXISTS', KEYS[1]) == 1 then return end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
`,
);
