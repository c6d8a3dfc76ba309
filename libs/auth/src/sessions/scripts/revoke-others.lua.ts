import { RedisScript } from '../../redis/redis-script.js';
import { declaredSessionFunctions } from '../../subjects/declared-sessions.lua.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';
import { sessionRecordFunctions } from '../../subjects/session-record.lua.js';

/**
 * Ends the sessions of a subject but one, some at a time. Does nothing unless those are declared.
 *
 * KEYS 1 index, 2 feed, 3 mark of the subject, 4 revision, 5 record of the session that stays, 6 lifetimes handed out, then
 * record and end mark of each declared session. ARGV 1 id of the session that stays, 2 longest lifetime of an access token in
 * ms, 3 ms the feed is kept (0 = no feed), 4 ms to keep the mark, 5 until when to keep it at least, epoch ms,
 * 6 'first' or 'next', then the ids of the declared sessions.
 * Reply: {'undeclared', ids} | {'more' or 'revoked', ended ids, next ids, revision, facts of the session that stays and of
 * one that was ended, each empty where there is none}.
 */
export const revokeOthersScript = new RedisScript(
  'revoke-others',
  `${revocationFunctions}${sessionRecordFunctions}${declaredSessionFunctions}
local function others()
  local found = {}
  for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, CHUNK)) do
    if id ~= ARGV[1] and #found < CHUNK then found[#found + 1] = id end
  end
  return found
end
local places, ttl, facts = declared_sessions(7, 7), until_last(KEYS[6], tonumber(ARGV[2])), ''
local sessions = others()
if not are_declared(sessions, places) then return {'undeclared', sessions} end
for _, id in ipairs(sessions) do
  if facts == '' then facts = facts_of(KEYS[places[id]]) end
end
get_through(KEYS[1])
end_declared(sessions, places, KEYS[1], ttl)
for _, id in ipairs(sessions) do note(KEYS[2], tonumber(ARGV[3]), KEYS[6], 'session', id) end
if ARGV[6] == 'first' then mark_revocation(KEYS[3], tonumber(ARGV[4]), tonumber(ARGV[5])) end
local rest = others()
local revision = advance_revision(KEYS[4])
return {#rest > 0 and 'more' or 'revoked', sessions, rest, revision, facts_of(KEYS[5]), facts}
`,
);
