import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';
import { sessionRecordFunctions } from '../../subjects/session-record.lua.js';

/**
 * Ends one session and its access tokens. One that isn't there may be about to be opened: its end is remembered for as long as that
 * may take.
 *
 * KEYS 1 record, 2 index, 3 end mark, 4 feed, 5 revision, 6 lifetimes handed out. ARGV 1 session id, 2 longest lifetime
 * of an access token in ms, 3 ms the feed is kept (0 = no feed), 4 ms that a login may take. Reply: {facts of the session, empty when it wasn't there,
 * revision}.
 */
export const revokeSessionScript = new RedisScript(
  'revoke-session',
  `${revocationFunctions}${sessionRecordFunctions}
local facts = facts_of(KEYS[1])
local mark_ttl = until_last(KEYS[6], tonumber(ARGV[2]))
if facts == '' then mark_ttl = math.max(mark_ttl, tonumber(ARGV[4])) end
end_session(KEYS[1], KEYS[2], KEYS[3], ARGV[1], mark_ttl)
note(KEYS[4], tonumber(ARGV[3]), KEYS[6], 'session', ARGV[1])
return {facts, advance_revision(KEYS[5])}
`,
);
