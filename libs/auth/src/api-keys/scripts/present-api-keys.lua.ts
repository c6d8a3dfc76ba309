import { RedisScript } from '../../redis/redis-script.js';
import { apiKeyFunctions } from './api-key-functions.lua.js';

/**
 * The verdicts on keys that were presented, and the last use of those that are accepted, written down once in a while. Lua
 * keeps one copy of each text and compares addresses, so a comparison takes the same time wherever two hashes differ.
 *
 * KEYS key and epochs of each. ARGV 1 ms between two last uses that are written, then the hash of each secret.
 * Reply: for each {'unknown'} | {'wrong-secret'} | {'accepted', facts, created, expires, used}.
 */
export const presentApiKeysScript = new RedisScript(
  'present-api-keys',
  `${apiKeyFunctions}
local now, reply = now_ms(), {}
for place = 2, #ARGV do
  local record = KEYS[2 * place - 3]
  local expires, facts, created, used, secret = read_key(record, KEYS[2 * place - 2])
  local verdict = {'unknown'}
  if secret and secret ~= ARGV[place] then
    verdict = {'wrong-secret'}
  elseif secret then
    -- A server that takes no writes (full, or a replica) answers all the same.
    local is_due = now - used >= tonumber(ARGV[1])
    if is_due and type(redis.pcall('HSET', record, 'used', string.format('%.0f', now))) == 'number' then used = now end
    verdict = {'accepted', facts, created, expires, used}
  end
  reply[place - 1] = verdict
end
return reply
`,
);
