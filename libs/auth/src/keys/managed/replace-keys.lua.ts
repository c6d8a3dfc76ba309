import { RedisScript } from '../../redis/redis-script.js';

/**
 * Replaces the managed keys if nobody else did.
 *
 * KEYS 1 keys (hash: version, sealed). ARGV 1 version that was seen (0 = none), 2 new version, 3 sealed keys.
 * Reply: 'stored' | 'outdated'.
 */
export const replaceKeysScript = new RedisScript(
  'replace-keys',
  `
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= ARGV[1] then return 'outdated' end
-- Takes nothing out; a full server refuses no write after this one.
redis.call('HDEL', KEYS[1], '')
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'sealed', ARGV[3])
return 'stored'
`,
);
