import { RedisScript } from '../../redis/redis-script.js';

/**
 * What happened in one partition since an entry, and its global epoch: one look, so that neither can be newer.
 *
 * KEYS 1 feed, 2 global epoch. ARGV 1 id of the last entry known ('0' for none), 2 greatest number of entries.
 * Reply: {global epoch or nil, {{entry id, {kind, id}}, …}}.
 */
export const readFeedScript = new RedisScript(
  'read-feed',
  `
local streams = redis.call('XREAD', 'COUNT', ARGV[2], 'STREAMS', KEYS[1], ARGV[1])
return {redis.call('GET', KEYS[2]), streams and streams[1] and streams[1][2] or {}}
`,
);
