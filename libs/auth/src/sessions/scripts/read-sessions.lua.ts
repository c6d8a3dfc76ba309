import { RedisScript } from '../../redis/redis-script.js';
import { sessionRecordFunctions } from '../../subjects/session-record.lua.js';

/**
 * Where some sessions of one subject stand, in one step. Those that have no record leave the index on the way.
 *
 * KEYS 1 index, 2 global epoch, then the records. ARGV the ids of the same sessions.
 * Reply: {global epoch, then for each that is there and hasn't expired {id, created, used, idle expiry, absolute expiry,
 * generation, epoch at login, facts}}.
 */
export const readSessionsScript = new RedisScript(
  'read-sessions',
  `${sessionRecordFunctions}
local now, reply = now_ms(), {tonumber(redis.call('GET', KEYS[2])) or 0}
for i, id in ipairs(ARGV) do
  local record = KEYS[i + 2]
  local created, used, idle, absolute, generation, _, login_epoch = read_state(record)
  if not created and redis.call('EXISTS', record) == 0 then redis.call('ZREM', KEYS[1], id) end
  if created and now < idle then
    reply[#reply + 1] = {id, created, used, idle, absolute, generation, login_epoch, facts_of(record)}
  end
end
return reply
`,
);
