import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../subject/revocation-functions.lua.js';

/**
 * Ends all sessions of a subject and moves its epoch on. Does nothing unless every session of the index is declared.
 *
 * KEYS 1 index, 2 subject epoch, 3 feed, then record and cut of each declared session. ARGV 1 hash of the subject, 2 ms
 * to keep cuts and epoch, 3 ms the feed is kept (0 = no feed), then the ids of the declared sessions.
 * Reply: {'revoked', ended session ids} | {'undeclared', ids of the sessions in the index}.
 */
export const revokeSubjectScript = new RedisScript(
  'revoke-subject',
  `${revocationFunctions}
local declared = {}
for i = 4, #ARGV do declared[ARGV[i]] = 2 * (i - 4) + 4 end
local sessions = redis.call('ZRANGE', KEYS[1], 0, -1)
for _, id in ipairs(sessions) do
  if not declared[id] then return {'undeclared', sessions} end
end
for _, id in ipairs(sessions) do
  end_session(KEYS[declared[id]], KEYS[1], KEYS[declared[id] + 1], id, ARGV[2])
end
bump(KEYS[2], tonumber(ARGV[2]))
note(KEYS[3], tonumber(ARGV[3]), 'subject', ARGV[1])
return {'revoked', sessions}
`,
);
