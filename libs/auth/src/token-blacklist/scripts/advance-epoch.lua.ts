import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';

/**
 * Advances one partition's epoch of a client, of everybody or of a subject, and keeps it as long as a key that lives until the
 * last of what it refuses has expired: the global epoch for sessions and tokens, the lifetimes handed out for tokens alone.
 *
 * KEYS 1 epoch, 2 feed, 3 mark, 4 revision, 5 lifetimes handed out, 6 the key that lives as long. ARGV 1 ms to keep the epoch
 * at least, 2 ms the feed is kept (0 = no feed), 3 'client', 'all' or 'subject', 4 client id or hash of the subject,
 * 5 ms to keep the mark, 6 until when to keep it at least, epoch ms, 7 when it was advanced, if this is a repeat, which does
 * nothing where that is known (epoch ms, empty = it is advanced now). Reply: {the revision, 0 when nothing was done, the epoch}.
 */
export const advanceEpochScript = new RedisScript(
  'advance-epoch',
  `${revocationFunctions}
local instant, known = tonumber(ARGV[7]), tonumber(redis.call('GET', KEYS[1])) or 0
if instant and known >= instant then return {0, known} end
local ttl = math.max(tonumber(ARGV[1]), redis.call('PTTL', KEYS[6]))
local epoch = bump(KEYS[1], ttl, instant)
mark_revocation(KEYS[3], tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[3] == 'subject', instant)
note(KEYS[2], tonumber(ARGV[2]), KEYS[5], ARGV[3], ARGV[4])
return {advance_revision(KEYS[4]), epoch}
`,
);
