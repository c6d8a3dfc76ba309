import { RedisScript } from '../../redis/redis-script.js';
import { lostAnswerFunctions } from '../../subjects/lost-answers/lost-answers.lua.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';
import { revocationMarkFunctions } from '../../subjects/revocation-marks.lua.js';
import { sessionRecordFunctions } from '../../subjects/session-record.lua.js';

/**
 * Decides on a refresh token whose MAC was found right. The one place where a generation moves on.
 *
 * KEYS 1 record, 2 index, 3 end mark, 4 feed, 5 subject epoch, 6 client epoch, 7 global epoch, 8 revision,
 * 9 lifetimes handed out, 10 to 12 revocation marks of subject, client and everybody, 13 answers that count.
 * ARGV 1 session id, 2 generation presented, 3 idle ttl in ms, 4 reuse window in ms, 5 longest lifetime of an access token in
 * ms, 6 ms the feed is kept (0 = no feed), 7 ms since the host was asked about the user (empty = it wasn't), 8 revocations that
 * its answer knows of (empty = none), 9 ms that marks are kept, 10 facts from now on (JSON; empty = as they are),
 * 11 ms that a rotation may be repeated while nobody has used what it handed out.
 * Reply: {'rotated' | 'replayed', revision or 0, created, used, idle expiry, absolute expiry, generation, epoch,
 * number of the answer} | {'reused', revision} | {'superseded', 0, revocations} |
 * {'revoked'} | {'expired'} | {'unknown'}.
 */
export const rotateSessionScript = new RedisScript(
  'rotate-session',
  `${revocationFunctions}${revocationMarkFunctions}${sessionRecordFunctions}${lostAnswerFunctions}
local created, used, idle, absolute, generation, stored, login_epoch = read_state(KEYS[1])
if not created then return {redis.call('EXISTS', KEYS[3]) == 1 and 'revoked' or 'unknown'} end
local now, token_lifetime = now_ms(), tonumber(ARGV[5])
if now >= idle then return {'expired'} end
get_through(KEYS[2])
local epoch, wide = claim_epoch(KEYS[5], KEYS[6], KEYS[7], KEYS[9], token_lifetime, absolute - now + token_lifetime)
if wide ~= login_epoch then return {'revoked'} end

local presented, verdict = tonumber(ARGV[2]), 'reused'
local window, limit = tonumber(ARGV[4]), tonumber(ARGV[11])
-- A clock that was set back (a failover to a slower one) is no longer window: the rotation is as far off in the future.
local function within(ms, from, to)
  return math.abs(to - from) < ms
end
local since, answer, is_used = read_answer(stored)
local replayable = within(window, used, now)
if is_used then
  -- Retries that were on their way while the successor was used for the first time.
  replayable = replayable or within(limit, used, since) and within(window, since, now)
else
  replayable = replayable or within(limit, used, now)
end
if presented == generation - 1 and replayable then verdict = 'replayed' end
-- Above the current generation only after a failover lost a rotation: the token is authentic, so it is the newest.
if presented >= generation then verdict = 'rotated' end

if verdict == 'reused' then
  end_session(KEYS[1], KEYS[2], KEYS[3], ARGV[1], until_last(KEYS[9], token_lifetime))
  note(KEYS[4], tonumber(ARGV[6]), KEYS[9], 'session', ARGV[1])
  return {verdict, advance_revision(KEYS[8])}
end
if ARGV[7] .. ARGV[8] ~= '' then
  local latest, revocations = revocations_of(KEYS[10], KEYS[11], KEYS[12])
  if is_superseded(latest, revocations, ARGV[7], ARGV[8], ARGV[9]) then return {'superseded', 0, revocations} end
end
local revision = 0
if verdict == 'rotated' then
  generation, used, idle = presented + 1, now, math.min(now + tonumber(ARGV[3]), absolute)
  answer = 0
  write_state(KEYS[1], created, used, idle, absolute, generation, answered(now, answer, limit == 0), login_epoch)
  redis.call('ZADD', KEYS[2], idle, ARGV[1])
  revision = advance_revision(KEYS[8])
else
  local known = redis.call('GET', KEYS[13])
  answer = last_answer(known, generation) or answer
  if not is_used and not within(window, since, now) then
    -- The answers so far were lost. If somebody has one all the same, its access token won't be good beside the next one.
    answer = answer + 1
    put(KEYS[13], with_answer(known, generation, answer), until_last(KEYS[9], token_lifetime))
    note(KEYS[4], tonumber(ARGV[6]), KEYS[9], 'lost-answer', ARGV[1])
    local written = write_answer(KEYS[1], answered(now, answer % MOST_ANSWERS, false))
    if type(written) == 'table' then return written end
  end
end
if ARGV[10] ~= '' then put(KEYS[1], state_of(KEYS[1]) .. ARGV[10], idle - now + token_lifetime) end
-- Revocations find the access tokens that outlive their session by its record and the index.
for i = 1, 2 do keep(KEYS[i], idle - now + token_lifetime) end
return {verdict, revision, created, used, idle, absolute, generation, epoch, answer}
`,
);
