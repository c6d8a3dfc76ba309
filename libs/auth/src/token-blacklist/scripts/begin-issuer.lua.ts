import { RedisScript } from '../../redis/redis-script.js';

/**
 * Until when everything of another issuer is refused. Where a longer lifetime is accepted than ever before, what was issued
 * earlier than marks are remembered is refused: a mark that concerned it may be gone.
 *
 * KEYS 1 the instant, 2 longest lifetime accepted of this issuer. ARGV 1 longest lifetime accepted now, in ms, 2 'start', or
 * 'lost' when the instant had been there, 3 ms by which the issuer may be ahead. Reply: the instant in ms, -1 when
 * nothing was revoked yet.
 */
export const beginIssuerScript = new RedisScript(
  'begin-issuer',
  `
local accepted, longest = tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[2])) or 0
local known = tonumber(redis.call('GET', KEYS[1]))
local instant = known
if not known then
  instant = ARGV[2] == 'lost' and now_ms() + tonumber(ARGV[3]) or -1
elseif accepted > longest then
  instant = math.max(known, now_ms() - longest + tonumber(ARGV[3]))
end
-- Deletes first: a full server refuses no write after that.
local function replace(key, value)
  redis.call('DEL', key)
  redis.call('SET', key, string.format('%.0f', value))
end
if instant ~= known then replace(KEYS[1], instant) end
if accepted > longest then replace(KEYS[2], accepted) end
return string.format('%.0f', instant)
`,
);
