import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';

/**
 * Says of one partition that what is remembered of legacy tokens is complete, unless that was said before. One that doesn't say
 * so later has lost it.
 *
 * KEYS 1 since when legacy tokens are known. ARGV 1 until when marks are kept, epoch ms. Reply: nothing.
 */
export const beginLegacyScript = new RedisScript(
  'begin-legacy',
  `${revocationFunctions}
local ttl = tonumber(ARGV[1]) - now_ms()
if ttl > 0 then put(KEYS[1], redis.call('GET', KEYS[1]) or '-1', ttl) end
`,
);
