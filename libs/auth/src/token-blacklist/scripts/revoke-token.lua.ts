import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';

/**
 * Revokes one access token; a longer revocation of it stays. The feed is kept no longer for one that lives longer than any that
 * was handed out: local copies ask the store about those.
 *
 * KEYS 1 token, 2 feed, 3 revision, 4 lifetimes handed out. ARGV 1 what the token is known by, 2 ms the token would live on, 3 ms the feed is
 * kept (0 = no feed), 4 the kind for the feed. Reply: the revision.
 */
export const revokeTokenScript = new RedisScript(
  'revoke-token',
  `${revocationFunctions}
put(KEYS[1], '1', tonumber(ARGV[2]))
note(KEYS[2], tonumber(ARGV[3]), KEYS[4], ARGV[4], ARGV[1])
return advance_revision(KEYS[3])
`,
);
