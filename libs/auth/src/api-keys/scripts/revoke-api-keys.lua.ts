import { RedisScript } from '../../redis/redis-script.js';
import { apiKeyFunctions } from './api-key-functions.lua.js';

/**
 * Deletes some API keys of one subject.
 *
 * KEYS 1 index, 2 epochs, then the keys. ARGV the ids of the same keys. Reply: the facts of each, empty when it wasn't live.
 */
export const revokeApiKeysScript = new RedisScript(
  'revoke-api-keys',
  `${apiKeyFunctions}
local reply = {}
for place, id in ipairs(ARGV) do
  local record = KEYS[place + 2]
  local _, facts = read_key(record, KEYS[2])
  reply[place] = facts or ''
  redis.call('DEL', record)
  redis.call('ZREM', KEYS[1], id)
end
tidy(KEYS[1])
return reply
`,
);
