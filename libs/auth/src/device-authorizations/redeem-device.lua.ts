import { RedisScript } from '../redis/redis-script.js';
import { leftMs } from './left-ms.lua.js';

/**
 * Uses an approval up. What was granted is kept no longer.
 *
 * KEYS 1 the authorization. ARGV 1 hash of the device code, 2 this attempt. Reply: 'redeemed' | 'unknown'.
 */
export const redeemDeviceScript = new RedisScript(
  'redeem-device',
  `${leftMs}
local secret, state, redeemer = unpack(redis.call('HMGET', KEYS[1], 'secret', 'state', 'redeemer'))
if secret ~= ARGV[1] then return 'unknown' end
if redeemer == ARGV[2] then return 'redeemed' end
if state ~= 'approved' or left_ms() <= 0 then return 'unknown' end
redis.call('HSET', KEYS[1], 'state', 'redeemed', 'redeemer', ARGV[2], 'approval', '')
return 'redeemed'
`,
);
