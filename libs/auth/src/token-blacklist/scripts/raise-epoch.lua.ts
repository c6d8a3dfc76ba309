import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';

/**
 * Refuses everything of one partition that was issued so far, because its server came back with older data. Once per start
 * of a server, however many instances noticed. The epoch follows the time, so it is higher than any that was lost.
 *
 * KEYS 1 global epoch, 2 feed, 3 mark of everybody, 4 revision, 5 start that was acted upon, 6 lifetimes handed out. ARGV 1 the
 * start, 2 ms to keep the epoch at least, 3 ms the feed is kept (0 = no feed), 4 ms to keep the mark,
 * 5 until when to keep it at least, epoch ms. Reply: the revision.
 */
export const raiseEpochScript = new RedisScript(
  'raise-epoch',
  `${revocationFunctions}
local ttl = tonumber(ARGV[2])
if redis.call('GET', KEYS[5]) == ARGV[1] then return tonumber(redis.call('GET', KEYS[4])) or 0 end
put(KEYS[5], ARGV[1], ttl)
local epoch = math.max((tonumber(redis.call('GET', KEYS[1])) or 0) + 1, now_ms())
put(KEYS[1], string.format('%.0f', epoch), ttl)
mark_revocation(KEYS[3], tonumber(ARGV[4]), tonumber(ARGV[5]))
note(KEYS[2], tonumber(ARGV[3]), KEYS[6], 'all', '')
return advance_revision(KEYS[4])
`,
);
