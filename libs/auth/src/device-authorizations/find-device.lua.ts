import { RedisScript } from '../redis/redis-script.js';
import { leftMs } from './left-ms.lua.js';

/** KEYS 1 the authorization. Reply: {'pending', client, request} | {'unknown'}. */
export const findDeviceScript = new RedisScript(
  'find-device',
  `${leftMs}
local state, client, request = unpack(redis.call('HMGET', KEYS[1], 'state', 'client', 'request'))
if state ~= 'pending' or left_ms() <= 0 then return {'unknown'} end
return {'pending', client, request}
`,
);
