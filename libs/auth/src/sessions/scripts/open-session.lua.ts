import { RedisScript } from '../../redis/redis-script.js';
import { declaredSessionFunctions } from '../../subjects/declared-sessions.lua.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';
import { legacyBeginningFunction, revocationMarkFunctions } from '../../subjects/revocation-marks.lua.js';
import { sessionRecordFunctions } from '../../subjects/session-record.lua.js';

/**
 * Opens a session, unless it was ended before, or its subject, client or everybody was revoked since the login began; for a legacy refresh token, unless
 * that was done before, or since it was issued. Where others have to make room, it ends some at a time, and
 * nothing unless they are declared.
 *
 * KEYS 1 record, 2 index, 3 feed, 4 subject epoch, 5 client epoch, 6 global epoch, 7 to 9 revocation marks of the same three,
 * 10 revision, 11 lifetimes handed out, 12 there once the token was adopted, 13 since when legacy tokens are known, 14 its end mark, then record and
 * end mark of each declared session. ARGV 1 session id, 2 facts (JSON), 3 idle ttl in ms, 4 absolute ttl in ms, 5 longest lifetime of an access token
 * in ms, 6 greatest number of sessions (0 = no limit), 7 'evict-oldest' or 'reject', 8 ms the feed is kept (0 = no feed),
 * 9 ms since the login began (empty = it began now), 10 revocations that it knows of (empty = none), 11 ms that marks are
 * kept, 12 ms to remember that the token was adopted (0 = this is a login), 13 when it was issued, epoch ms,
 * 14 until when marks are kept, epoch ms, then the ids of the declared sessions.
 * Reply: {'opened', evicted ids, {}, created, idle expiry, absolute expiry, epoch, revision or 0} | {'known', {}} |
 * {'full', {}} | {'ended', {}} | {'superseded', {}, {}, revocations} | {'undeclared', ids} | {'more', evicted ids, next ids, revision}.
 */
export const openSessionScript = new RedisScript(
  'open-session',
  `${revocationFunctions}${revocationMarkFunctions}${legacyBeginningFunction}${sessionRecordFunctions}${declaredSessionFunctions}
-- What only adds is refused while there is no memory left, before anything was written: this writes nothing, but could.
redis.call('SETRANGE', KEYS[1], 0, '')
local now, idle_ttl, absolute_ttl = now_ms(), tonumber(ARGV[3]), tonumber(ARGV[4])
local token_lifetime, most = tonumber(ARGV[5]), tonumber(ARGV[6])

local remembered = tonumber(ARGV[12])
if remembered > 0 and redis.call('EXISTS', KEYS[1], KEYS[12]) > 0 then return {'known', {}} end
local latest, revocations = revocations_of(KEYS[7], KEYS[8], KEYS[9])
if remembered > 0 then
  local ended = math.max(sessions_ended_at(KEYS[7], KEYS[8], KEYS[9]), legacy_beginning(KEYS[13], ARGV[14]))
  if ended > 0 and ended >= tonumber(ARGV[13]) then return {'superseded', {}, {}, revocations} end
elseif redis.call('EXISTS', KEYS[14]) == 1 then
  return {'ended', {}}
elseif is_superseded(latest, revocations, ARGV[9], ARGV[10], ARGV[11]) then
  return {'superseded', {}, {}, revocations}
end

-- Expired sessions stay listed while access tokens of theirs may be alive, so that revocations reach those.
local stale = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - longest_lifetime(KEYS[11], token_lifetime), 'LIMIT', 0, CHUNK)
if #stale > 0 then redis.call('ZREM', KEYS[2], unpack(stale)) end
local live = '(' .. string.format('%.0f', now)
local function crowd()
  local excess = most > 0 and redis.call('ZCOUNT', KEYS[2], live, '+inf') + 1 - most or 0
  if excess <= 0 then return {} end
  return redis.call('ZRANGEBYSCORE', KEYS[2], live, '+inf', 'LIMIT', 0, math.min(excess, CHUNK))
end
local places, evicted, revision = declared_sessions(15, 15), crowd(), 0
if #evicted > 0 then
  if ARGV[7] == 'reject' then return {'full', {}} end
  if not are_declared(evicted, places) then return {'undeclared', evicted} end
  end_declared(evicted, places, KEYS[2], until_last(KEYS[11], token_lifetime))
  for _, id in ipairs(evicted) do note(KEYS[3], tonumber(ARGV[8]), KEYS[11], 'session', id) end
  revision = advance_revision(KEYS[10])
  local rest = crowd()
  if #rest > 0 then return {'more', evicted, rest, revision} end
end
local epoch, wide = claim_epoch(KEYS[4], KEYS[5], KEYS[6], KEYS[11], token_lifetime, absolute_ttl + token_lifetime)
local idle, absolute = now + idle_ttl, now + absolute_ttl
local generation = 0
if remembered > 0 then
  put(KEYS[12], '1', remembered)
  generation = -1
end
redis.call('SET', KEYS[1], struct.pack(STATE, now, now, idle, absolute, generation, 0, wide) .. ARGV[2], 'PX', idle_ttl + token_lifetime)
redis.call('ZADD', KEYS[2], idle, ARGV[1])
keep(KEYS[2], idle_ttl + token_lifetime)
return {'opened', evicted, {}, now, idle, absolute, epoch, revision}
`,
);
