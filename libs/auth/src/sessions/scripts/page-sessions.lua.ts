import { RedisScript } from '../../redis/redis-script.js';

/**
 * The ids of one page of a subject's sessions that haven't expired, the one that expires first in front.
 *
 * KEYS 1 index. ARGV 1 greatest number of ids, 2 id and 3 idle expiry of the session that the page comes after (both empty
 * for the first page). Reply: {id, idle expiry, id, idle expiry, …}.
 */
export const pageSessionsScript = new RedisScript(
  'page-sessions',
  `
local start = redis.call('ZCOUNT', KEYS[1], '-inf', string.format('%.0f', now_ms()))
if ARGV[2] ~= '' then
  local after = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[3])
  -- It may have ended or been used meanwhile; then its place is where it stood.
  local expiry = redis.call('ZSCORE', KEYS[1], ARGV[2])
  if expiry and tonumber(expiry) == tonumber(ARGV[3]) then after = redis.call('ZRANK', KEYS[1], ARGV[2]) + 1 end
  start = math.max(start, after)
end
return redis.call('ZRANGE', KEYS[1], start, start + tonumber(ARGV[1]) - 1, 'WITHSCORES')
`,
);
