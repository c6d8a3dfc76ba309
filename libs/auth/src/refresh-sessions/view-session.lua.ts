import { RedisScript } from '../redis/redis-script.js';

/**
 * Where a session stands; one that a client or global revocation refused is dropped on the way.
 *
 * KEYS 1 record, 2 index, 3 client epoch, 4 global epoch. ARGV 1 session id.
 * Reply: {created, used, idle expiry, absolute expiry, generation}, or {} when the session isn't live.
 */
export const viewSessionScript = new RedisScript(
  'view-session',
  `
local record = redis.call('HMGET', KEYS[1], 'created', 'used', 'idle', 'absolute', 'generation', 'epoch')
if not record[1] then return {} end
for i = 1, 6 do record[i] = tonumber(record[i]) end
if now_ms() >= record[3] then return {} end
local wide = tonumber(redis.call('GET', KEYS[3]) or '0') + tonumber(redis.call('GET', KEYS[4]) or '0')
if wide ~= record[6] then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  return {}
end
record[6] = nil
return record
`,
);
