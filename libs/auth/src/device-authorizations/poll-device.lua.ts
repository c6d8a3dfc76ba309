import { RedisScript } from '../redis/redis-script.js';
import { SLOWED_BY_MS } from './device-authorization.store.js';
import { leftMs } from './left-ms.lua.js';

/**
 * Tells a client where its device stands, and counts how often it asks while it has to wait.
 *
 * KEYS 1 the authorization. ARGV 1 hash of the device code, 2 client.
 * Reply: {'approved', what is granted} | {'pending' | 'slow_down' | 'denied' | 'expired' | 'unknown'}.
 */
export const pollDeviceScript = new RedisScript(
  'poll-device',
  `${leftMs}
local secret, client, state, approval, interval, pollable =
  unpack(redis.call('HMGET', KEYS[1], 'secret', 'client', 'state', 'approval', 'interval', 'pollable'))
if secret ~= ARGV[1] or client ~= ARGV[2] or state == 'redeemed' then return {'unknown'} end
if state == 'denied' then return {'denied'} end
local now = left_ms()
if now <= 0 then return {'expired'} end
if state == 'approved' then return {'approved', approval} end
local early = pollable and now > tonumber(pollable)
if early then interval = interval + ${SLOWED_BY_MS} end
redis.call('HSET', KEYS[1], 'interval', interval, 'pollable', now - interval)
return {early and 'slow_down' or 'pending'}
`,
);
