import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../token-blacklist/subject/revocation-functions.lua.js';
import { sessionRecordFunctions } from '../../token-blacklist/subject/session-record.lua.js';

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
  `${revocationFunctions}${sessionRecordFunctions}
local created, used, idle, absolute, generation, rotated, login_epoch = read_state(KEYS[1])
if not created then return {redis.call('EXISTS', KEYS[3]) == 1 and 'revoked' or 'unknown'} end
local now, token_life = now_ms(), tonumber(ARGV[5])
if now >= idle then return {'expired'} end
local epoch, wide = current_epoch(KEYS[5], KEYS[6], KEYS[7], token_life, token_life)
if wide ~= login_epoch then return {'revoked'} end

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
  write_state(KEYS[1], created, used, idle, absolute, generation, now, login_epoch)
  redis.call('PEXPIRE', KEYS[1], idle - now + token_life)
  redis.call('ZADD', KEYS[2], idle, ARGV[1])
  keep(KEYS[2], idle - now + token_life)
end
return {verdict, created, used, idle, absolute, generation, epoch}
`,
);
