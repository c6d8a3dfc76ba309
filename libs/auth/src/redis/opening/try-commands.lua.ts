import { RedisScript } from '../redis-script.js';

/**
 * Tries commands, each on a key of its own kind, and leaves nothing behind. What fails for another reason is permitted: a full
 * memory, a replica.
 *
 * KEYS 1 string, 2 hash, 3 sorted set, 4 stream. ARGV for each command the number of its words and the words; `$n` is the
 * n-th key. Reply: the errors in their order, empty for those that are permitted.
 */
export const tryCommandsScript = new RedisScript(
  'try-commands',
  `
local errors, at = {}, 1
while ARGV[at] do
  local words = {}
  for place = at + 1, at + tonumber(ARGV[at]) do
    local word = ARGV[place]
    words[#words + 1] = string.sub(word, 1, 1) == '$' and KEYS[tonumber(string.sub(word, 2))] or word
  end
  at = at + 1 + #words
  local reply = redis.pcall(unpack(words))
  errors[#errors + 1] = type(reply) == 'table' and reply.err or ''
end
for _, key in ipairs(KEYS) do
  redis.pcall('PEXPIRE', key, 1)
  redis.pcall('DEL', key)
end
return errors
`,
);
