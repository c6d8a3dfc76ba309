import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../subject/revocation-functions.lua.js';

/**
 * The epoch a token is issued under; keeps its counters for the life of that token.
 *
 * KEYS 1 subject epoch, 2 client epoch, 3 global epoch. ARGV 1 longest life of an access token in ms. Reply: the epoch.
 */
export const currentEpochScript = new RedisScript(
  'current-epoch',
  `${revocationFunctions}
local ttl = tonumber(ARGV[1])
return (current_epoch(KEYS[1], KEYS[2], KEYS[3], ttl, ttl))
`,
);
