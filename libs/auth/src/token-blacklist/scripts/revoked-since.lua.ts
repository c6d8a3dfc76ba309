import { RedisScript } from '../../redis/redis-script.js';
import { legacyBeginningFunction, revocationMarkFunctions } from '../../subjects/revocation-marks.lua.js';

/**
 * Whether an access token that carries no epoch was revoked: itself, its session, or everything of its subject, its client or
 * everybody since it was issued, or since an age.
 *
 * KEYS 1 to 3 revocation marks of subject, client and everybody, 4 since when legacy tokens are known, 5 the token, 6 end mark of
 * its session if it has one. ARGV 1 when it was issued, epoch ms, 2 until when marks are kept, epoch ms, 3 the age in ms, which
 * goes before the date, or nothing. Reply: 1 or 0.
 */
export const revokedSinceScript = new RedisScript(
  'revoked-since',
  `${revocationMarkFunctions}${legacyBeginningFunction}
for i = 5, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then return 1 end
end
local latest = revocations_of(KEYS[1], KEYS[2], KEYS[3])
latest = math.max(latest, legacy_beginning(KEYS[4], ARGV[2]))
local since = ARGV[3] == '' and tonumber(ARGV[1]) or now_ms() - tonumber(ARGV[3])
return latest > 0 and latest >= since and 1 or 0
`,
);
