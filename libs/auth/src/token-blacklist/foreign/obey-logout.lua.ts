import { RedisScript } from '../../redis/redis-script.js';

/**
 * Remembers that a logout token was obeyed. Deletes first: a full server refuses no write after that.
 *
 * KEYS 1 there once it was obeyed. ARGV 1 ms to remember it. Reply: 1, or 0 when it was remembered already.
 */
export const obeyLogoutScript = new RedisScript(
  'obey-logout',
  `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
return 1
`,
);
