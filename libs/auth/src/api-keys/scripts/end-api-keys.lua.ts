import { RedisScript } from '../../redis/redis-script.js';

/**
 * Ends the API keys of a client, or of everybody, in one partition. The counter follows the time, so that no number is given
 * twice, whatever a failover loses, and says when they were ended. Deletes first: a full server refuses no write after that.
 *
 * KEYS 1 epochs. ARGV 1 'all' or 'client:' and its id, 2 when they were ended before, if this is a repeat: it does nothing
 * where that is known (epoch ms, empty = they are ended now). Reply: the counter.
 */
export const endApiKeysScript = new RedisScript(
  'end-api-keys',
  `
local known, at = tonumber(redis.call('HGET', KEYS[1], ARGV[1])) or 0, tonumber(ARGV[2])
if at and known >= at then return known end
local count = math.max(known + 1, at or now_ms())
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', count))
return count
`,
);
