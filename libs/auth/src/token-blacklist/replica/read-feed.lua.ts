import { RedisScript } from '../../redis/redis-script.js';
import { handedOutFunctions } from '../../subjects/handed-out.lua.js';

/**
 * Entries of one partition after a known one, its global epoch (of another issuer: until when everything is refused), and how
 * long access tokens live that may be alive, all at the same instant.
 *
 * KEYS 1 feed, 2 global epoch or that instant, 3 lifetimes handed out. ARGV 1 id of the last entry known ('0' for none),
 * 2 greatest number of entries. Reply: {what the second key holds or nil, {{entry id, {kind, id}}, …},
 * longest lifetime in ms or 0}.
 */
export const readFeedScript = new RedisScript(
  'read-feed',
  `${handedOutFunctions}
local streams = redis.call('XREAD', 'COUNT', ARGV[2], 'STREAMS', KEYS[1], ARGV[1])
return {redis.call('GET', KEYS[2]), streams and streams[1] and streams[1][2] or {}, longest_lifetime(KEYS[3], 0)}
`,
);
