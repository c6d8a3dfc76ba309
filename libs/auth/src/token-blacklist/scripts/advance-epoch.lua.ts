import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../subject/revocation-functions.lua.js';

/**
 * Moves one partition's epoch of a client, or of everybody, on.
 *
 * KEYS 1 epoch, 2 feed. ARGV 1 ms to keep the epoch, 2 ms the feed is kept (0 = no feed), 3 'client' or 'all',
 * 4 client id. Reply: nil.
 */
export const advanceEpochScript = new RedisScript(
  'advance-epoch',
  `${revocationFunctions}
if ARGV[3] == 'all' then redis.call('SET', KEYS[1], now_ms(), 'NX') end
bump(KEYS[1], tonumber(ARGV[1]))
note(KEYS[2], tonumber(ARGV[2]), ARGV[3], ARGV[4])
`,
);
