import { RedisScript } from '../../redis/redis-script.js';
import { sessionRecordFunctions } from '../../token-blacklist/subject/session-record.lua.js';

/**
 * Where a session stands; one that a client or global revocation refused is dropped on the way.
 *
 * KEYS 1 record, 2 index, 3 client epoch, 4 global epoch. ARGV 1 session id.
 * Reply: {created, used, idle expiry, absolute expiry, generation}, or {} when the session isn't live.
 */
export const viewSessionScript = new RedisScript(
  'view-session',
  `${sessionRecordFunctions}
local created, used, idle, absolute, generation, _, login_epoch = read_state(KEYS[1])
if not created or now_ms() >= idle then return {} end
local counts = redis.call('MGET', KEYS[3], KEYS[4])
if (tonumber(counts[1]) or 0) + (tonumber(counts[2]) or 0) ~= login_epoch then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  return {}
end
return {created, used, idle, absolute, generation}
`,
);
