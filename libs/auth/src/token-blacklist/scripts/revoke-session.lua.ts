import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../subject/revocation-functions.lua.js';
import { sessionRecordFunctions } from '../subject/session-record.lua.js';

/**
 * Ends one session and its access tokens.
 *
 * KEYS 1 record, 2 index, 3 cut, 4 feed. ARGV 1 session id, 2 ms to keep the cut, 3 ms the feed is kept (0 = no feed).
 * Reply: the subject when the session was there, else nil.
 */
export const revokeSessionScript = new RedisScript(
  'revoke-session',
  `${revocationFunctions}${sessionRecordFunctions}
local subject = subject_of(KEYS[1])
end_session(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2])
note(KEYS[4], tonumber(ARGV[3]), 'session', ARGV[1])
return subject
`,
);
