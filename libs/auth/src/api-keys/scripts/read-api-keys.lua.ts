import { RedisScript } from '../../redis/redis-script.js';
import { apiKeyFunctions } from './api-key-functions.lua.js';

/**
 * The live ones of some API keys of one subject. The others leave the index on the way, and those that a revocation of
 * their client or of everybody has ended are deleted.
 *
 * KEYS 1 index, 2 epochs, then the keys. ARGV the ids of the same keys.
 * Reply: {id, facts, created, expires, used} for each that is live.
 */
export const readApiKeysScript = new RedisScript(
  'read-api-keys',
  `${apiKeyFunctions}
local reply = {}
for place, id in ipairs(ARGV) do
  local record = KEYS[place + 2]
  local expires, facts, created, used = read_key(record, KEYS[2])
  if facts then
    reply[#reply + 1] = {id, facts, created, expires, used}
  else
    redis.call('DEL', record)
    redis.call('ZREM', KEYS[1], id)
  end
end
tidy(KEYS[1])
return reply
`,
);
