import { RedisScript } from '../../redis/redis-script.js';

/**
 * Drops the record of a session that a client or global revocation refuses: nothing can bring it back.
 *
 * KEYS 1 record, 2 index, 3 client epoch, 4 global epoch. ARGV 1 session id, 2 epoch at its login. Reply: nil.
 */
export const dropOutdatedScript = new RedisScript(
  'drop-outdated',
  `
local counts = redis.call('MGET', KEYS[3], KEYS[4])
if (tonumber(counts[1]) or 0) + (tonumber(counts[2]) or 0) == tonumber(ARGV[2]) then return end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
`,
);
