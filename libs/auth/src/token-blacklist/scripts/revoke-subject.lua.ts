import { RedisScript } from '../../redis/redis-script.js';
import { declaredSessionFunctions } from '../../subjects/declared-sessions.lua.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';

/**
 * Advances the epoch of a subject and ends its sessions, some at a time. Does nothing unless those are declared.
 *
 * KEYS 1 index, 2 subject epoch, 3 feed, 4 mark of the subject, 5 revision, 6 lifetimes handed out, then record and end mark
 * of each declared session. ARGV 1 hash of the subject, 2 longest lifetime of an access token in ms, 3 ms the feed is kept
 * (0 = no feed), 4 ms to keep the mark, 5 until when to keep it at least, epoch ms, 6 'first' or 'next', then the ids of the
 * declared sessions. Reply: {'undeclared', ids} | {'more' or 'revoked', ended ids, next ids, revision, epoch of the subject}.
 */
export const revokeSubjectScript = new RedisScript(
  'revoke-subject',
  `${revocationFunctions}${declaredSessionFunctions}
local places, ttl = declared_sessions(7, 7), until_last(KEYS[6], tonumber(ARGV[2]))
local sessions = redis.call('ZRANGE', KEYS[1], 0, CHUNK - 1)
if not are_declared(sessions, places) then return {'undeclared', sessions} end
get_through(KEYS[1])
end_declared(sessions, places, KEYS[1], ttl)
if ARGV[6] == 'first' then
  bump(KEYS[2], ttl)
  mark_revocation(KEYS[4], tonumber(ARGV[4]), tonumber(ARGV[5]))
  note(KEYS[3], tonumber(ARGV[3]), KEYS[6], 'subject', ARGV[1])
end
local rest = redis.call('ZRANGE', KEYS[1], 0, CHUNK - 1)
return {#rest > 0 and 'more' or 'revoked', sessions, rest, advance_revision(KEYS[5]), tonumber(redis.call('GET', KEYS[2])) or 0}
`,
);
