import { RedisScript } from '../redis/redis-script.js';
import { revocationFunctions } from '../token-blacklist/revocation-functions.lua.js';

/**
 * Decides on a refresh token whose MAC was found right. The one place where a generation moves on.
 *
 * KEYS 1 record, 2 index, 3 cut, 4 feed, 5 subject epoch, 6 client epoch, 7 global epoch. ARGV 1 session id,
 * 2 generation presented, 3 idle ttl in ms, 4 reuse window in ms, 5 longest life of an access token in ms, 6 ms the feed
 * is kept (0 = no feed).
 * Reply: {'rotated' | 'replayed', created, used, idle expiry, absolute expiry, generation, epoch} | {'reused'} |
 * {'revoked'} | {'expired'} | {'unknown'}.
 */
export const rotateSessionScript = new RedisScript(
  'rotate-session',
  `${revocationFunctions}
if redis.call('EXISTS', KEYS[3]) == 1 then return {'revoked'} end
local record = redis.call('HMGET', KEYS[1], 'generation', 'rotated', 'idle', 'absolute', 'created', 'used', 'epoch')
if not record[1] then return {'unknown'} end
for i = 1, 7 do record[i] = tonumber(record[i]) end
local generation, rotated, idle, absolute, created, used, epoch = unpack(record)
local now, token_life = now_ms(), tonumber(ARGV[5])
if now >= idle then return {'expired'} end
local wide = counter(KEYS[6], token_life) + global_counter(KEYS[7], token_life)
if wide ~= epoch then return {'revoked'} end

local presented, verdict = tonumber(ARGV[2]), 'reused'
if presented == generation - 1 and now - rotated < tonumber(ARGV[4]) then verdict = 'replayed' end
-- Above the current generation only after a failover lost a rotation: the token is authentic, so it is the newest.
if presented >= generation then verdict = 'rotated' end

if verdict == 'reused' then
  end_session(KEYS[1], KEYS[2], KEYS[3], ARGV[1], token_life)
  note(KEYS[4], tonumber(ARGV[6]), 'session', ARGV[1])
  return {verdict}
end
if verdict == 'rotated' then
  generation, used, idle = presented + 1, now, math.min(now + tonumber(ARGV[3]), absolute)
  redis.call('HSET', KEYS[1], 'generation', generation, 'rotated', now, 'used', now, 'idle', idle)
  redis.call('PEXPIRE', KEYS[1], idle - now + token_life)
  redis.call('ZADD', KEYS[2], idle, ARGV[1])
  keep(KEYS[2], idle - now + token_life)
end
return {verdict, created, used, idle, absolute, generation, wide + counter(KEYS[5], token_life)}
`,
);
