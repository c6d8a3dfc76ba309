/**
 * Lua functions that the scripts of sessions and revocations share.
 *
 * `note` appends to the partition's feed of recent revocations (feed_ttl 0: nobody reads it). `end_session` is the one
 * way a session ends by revocation: record gone, access tokens cut. `counter` reads a counter that must outlive what is
 * issued under it; a counter that expired under a living token would revive what it revoked. `global_counter` starts at
 * the time instead of zero, so that tokens from before a loss of data stay refused: the store has forgotten which of
 * them were revoked.
 */
export const revocationFunctions = `
local function note(feed, feed_ttl, kind, id)
  if feed_ttl == 0 then return end
  redis.call('XADD', feed, 'MINID', '~', now_ms() - feed_ttl, '*', kind, id)
  redis.call('PEXPIRE', feed, feed_ttl)
end
local function keep(key, ttl)
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end
end
local function counter(key, ttl)
  local value = tonumber(redis.call('GET', key) or '0')
  if value > 0 then keep(key, ttl) end
  return value
end
local function global_counter(key, ttl)
  redis.call('SET', key, now_ms(), 'NX')
  return counter(key, ttl)
end
local function bump(key, ttl)
  redis.call('INCR', key)
  keep(key, ttl)
end
local function end_session(record, index, cut, session_id, cut_ttl)
  redis.call('DEL', record)
  redis.call('ZREM', index, session_id)
  redis.call('SET', cut, '1', 'PX', cut_ttl)
end
`;
