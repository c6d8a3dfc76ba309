import { RedisScript } from '../redis/redis-script.js';
import { leftMs } from './left-ms.lua.js';

/**
 * Answers for the user. A full server refuses it whole.
 *
 * KEYS 1 the authorization. ARGV 1 'approved' | 'denied', 2 what is granted, 3 this attempt. Reply: ARGV 1 | 'unknown'.
 */
export const answerDeviceScript = new RedisScript(
  'answer-device',
  `${leftMs}
local state, answerer = unpack(redis.call('HMGET', KEYS[1], 'state', 'answerer'))
if answerer == ARGV[3] then return ARGV[1] end
if state ~= 'pending' or left_ms() <= 0 then return 'unknown' end
redis.call('HSET', KEYS[1], 'state', ARGV[1], 'approval', ARGV[2], 'answerer', ARGV[3])
return ARGV[1]
`,
);
