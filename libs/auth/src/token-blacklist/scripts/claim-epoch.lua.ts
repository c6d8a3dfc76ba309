import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';

/**
 * The epoch a token is issued under; keeps its counters for the lifetime of that token.
 *
 * KEYS 1 subject epoch, 2 client epoch, 3 global epoch, 4 lifetimes handed out. ARGV 1 longest lifetime of an access token in
 * ms. Reply: the epoch.
 */
export const claimEpochScript = new RedisScript(
  'claim-epoch',
  `${revocationFunctions}
local ttl = tonumber(ARGV[1])
return (claim_epoch(KEYS[1], KEYS[2], KEYS[3], KEYS[4], ttl, ttl))
`,
);
