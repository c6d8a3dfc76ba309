import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../token-blacklist/subject/revocation-functions.lua.js';
import { sessionRecordFunctions } from '../../token-blacklist/subject/session-record.lua.js';

/**
 * Ends every session of a subject but one. Does nothing unless every session of the index is declared.
 *
 * KEYS 1 index, 2 feed, then record and cut of each declared session. ARGV 1 id of the session that stays, 2 ms to keep
 * cuts, 3 ms the feed is kept (0 = no feed), then the ids of the declared sessions.
 * Reply: {'revoked', ended session ids, their subject or nil} | {'undeclared', ids of the sessions in the index}.
 */
export const revokeOthersScript = new RedisScript(
  'revoke-others',
  `${revocationFunctions}${sessionRecordFunctions}
local declared = {}
for i = 4, #ARGV do declared[ARGV[i]] = 2 * (i - 4) + 3 end
local sessions, ended, subject = redis.call('ZRANGE', KEYS[1], 0, -1), {}, false
for _, id in ipairs(sessions) do
  if not declared[id] then return {'undeclared', sessions} end
end
for _, id in ipairs(sessions) do
  if id ~= ARGV[1] then
    subject = subject_of(KEYS[declared[id]]) or subject
    end_session(KEYS[declared[id]], KEYS[1], KEYS[declared[id] + 1], id, ARGV[2])
    note(KEYS[2], tonumber(ARGV[3]), 'session', id)
    ended[#ended + 1] = id
  end
end
return {'revoked', ended, subject}
`,
);
