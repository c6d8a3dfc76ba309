import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../token-blacklist/subject/revocation-functions.lua.js';
import { sessionRecordFunctions } from '../../token-blacklist/subject/session-record.lua.js';

/**
 * Opens a session. Does nothing unless every session that has to make room is declared.
 *
 * KEYS 1 record, 2 index, 3 feed, 4 subject epoch, 5 client epoch, 6 global epoch, then record and cut of each declared
 * session. ARGV 1 session id, 2 facts (JSON), 3 idle ttl in ms, 4 absolute ttl in ms, 5 longest life of an access token
 * in ms, 6 greatest number of sessions (0 = no limit), 7 'evict-oldest' or 'reject', 8 ms the feed is kept (0 = no feed),
 * then the ids of the declared sessions.
 * Reply: {'opened', created, idle expiry, absolute expiry, epoch, evicted ids} | {'full'} | {'undeclared', ids}.
 */
export const openSessionScript = new RedisScript(
  'open-session',
  `${revocationFunctions}${sessionRecordFunctions}
local declared = {}
for i = 9, #ARGV do declared[ARGV[i]] = 2 * (i - 9) + 7 end
local now, idle_ttl, absolute_ttl = now_ms(), tonumber(ARGV[3]), tonumber(ARGV[4])
local token_life, most = tonumber(ARGV[5]), tonumber(ARGV[6])
-- Expired sessions stay listed while access tokens of theirs may be alive, so that revocations reach those.
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - token_life)
local live = '(' .. string.format('%.0f', now)
local excess = most > 0 and redis.call('ZCOUNT', KEYS[2], live, '+inf') + 1 - most or 0
local evicted = {}
if excess > 0 then
  if ARGV[7] == 'reject' then return {'full'} end
  evicted = redis.call('ZRANGEBYSCORE', KEYS[2], live, '+inf', 'LIMIT', 0, excess)
end
for _, id in ipairs(evicted) do
  if not declared[id] then return {'undeclared', evicted} end
end
for _, id in ipairs(evicted) do
  end_session(KEYS[declared[id]], KEYS[2], KEYS[declared[id] + 1], id, token_life)
  note(KEYS[3], tonumber(ARGV[8]), 'session', id)
end
local epoch, wide = current_epoch(KEYS[4], KEYS[5], KEYS[6], token_life, absolute_ttl + token_life)
local idle, absolute = now + idle_ttl, now + absolute_ttl
redis.call('SET', KEYS[1], struct.pack(STATE, now, now, idle, absolute, 0, 0, wide) .. ARGV[2], 'PX', idle_ttl + token_life)
redis.call('ZADD', KEYS[2], idle, ARGV[1])
keep(KEYS[2], idle_ttl + token_life)
return {'opened', now, idle, absolute, epoch, evicted}
`,
);
