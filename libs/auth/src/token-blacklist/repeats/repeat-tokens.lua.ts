import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';

/**
 * Revokes access tokens again whose revocation was lost.
 *
 * KEYS 1 feed, 2 revision, 3 lifetimes handed out, then the tokens. ARGV 1 ms the feed is kept (0 = no feed), 2 the kind for the
 * feed, then for each what it is known by and the ms it would live on. Reply: the revision, 0 when nothing was missing.
 */
export const repeatTokensScript = new RedisScript(
  'repeat-tokens',
  `${revocationFunctions}
local is_missing = false
for at = 4, #KEYS do
  local place = (at - 4) * 2 + 3
  if redis.call('EXISTS', KEYS[at]) == 0 then
    put(KEYS[at], '1', tonumber(ARGV[place + 1]))
    note(KEYS[1], tonumber(ARGV[1]), KEYS[3], ARGV[2], ARGV[place])
    is_missing = true
  end
end
return is_missing and advance_revision(KEYS[2]) or 0
`,
);
