import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';
import { sessionRecordFunctions } from '../../subjects/session-record.lua.js';

/**
 * Revokes a subject again as of an instant, where that was lost: its access tokens, unless a revocation of that time or later is
 * known, and those of the declared sessions that had begun by then. Sessions that began later stay, also in the same
 * millisecond, unless its revocation was lost with them: then nobody knows which was first.
 *
 * KEYS 1 index, 2 subject epoch, 3 feed, 4 mark of the subject, 5 revision, 6 lifetimes handed out, then record and end mark
 * of each declared session. ARGV 1 hash of the subject, 2 longest lifetime of an access token in ms, 3 ms the feed is kept
 * (0 = no feed), 4 ms to keep the mark, 5 until when to keep it at least, epoch ms, 6 the instant, epoch ms, 7 'young' (access
 * tokens of that time may be alive) or 'old', then the ids of the declared sessions.
 * Reply: the revision, 0 when nothing was missing.
 */
export const repeatSubjectScript = new RedisScript(
  'repeat-subject',
  `${revocationFunctions}${sessionRecordFunctions}
local instant, ttl, is_lost = tonumber(ARGV[6]), until_last(KEYS[6], tonumber(ARGV[2])), false
if ARGV[7] == 'young' and (tonumber(redis.call('GET', KEYS[2])) or 0) < instant then
  bump(KEYS[2], ttl, instant)
  mark_revocation(KEYS[4], tonumber(ARGV[4]), tonumber(ARGV[5]), false, instant)
  note(KEYS[3], tonumber(ARGV[3]), KEYS[6], 'subject', ARGV[1])
  is_lost = true
end
local is_missing = is_lost
for at = 7, #KEYS, 2 do
  local id, created = ARGV[(at - 7) / 2 + 8], read_state(KEYS[at])
  if created and (created < instant or is_lost and created == instant) then
    end_session(KEYS[at], KEYS[1], KEYS[at + 1], id, ttl)
    note(KEYS[3], tonumber(ARGV[3]), KEYS[6], 'session', id)
    is_missing = true
  end
end
return is_missing and advance_revision(KEYS[5]) or 0
`,
);
