import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../subject/revocation-functions.lua.js';

/**
 * Revokes one access token.
 *
 * KEYS 1 token, 2 feed. ARGV 1 token id, 2 ms the token would live on, 3 ms the feed is kept (0 = no feed). Reply: nil.
 */
export const revokeTokenScript = new RedisScript(
  'revoke-token',
  `${revocationFunctions}
redis.call('SET', KEYS[1], '1', 'PX', ARGV[2])
note(KEYS[2], tonumber(ARGV[3]), 'token', ARGV[1])
`,
);
