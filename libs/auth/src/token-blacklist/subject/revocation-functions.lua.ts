/**
 * Lua functions that the scripts of sessions and revocations share.
 *
 * `note` appends to the partition's feed of recent revocations (feed_ttl 0: nobody reads it). `end_session` is the one
 * way a session ends by revocation: record gone, access tokens cut. `current_epoch` answers the sum of the three
 * counters, and of the two that refuse sessions; each counter lives on for at least so long, because one that expired
 * under something issued beneath it would revive what it refused. The global counter starts at the time instead of
 * zero: so what was issued before a loss of data stays refused, now that nobody knows what of it was revoked.
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
local function current_epoch(subject, client, all, token_ttl, session_ttl)
  local counts = redis.call('MGET', subject, client, all)
  if counts[1] then keep(subject, token_ttl) end
  if counts[2] then keep(client, session_ttl) end
  if not counts[3] then
    counts[3] = now_ms()
    redis.call('SET', all, counts[3])
  end
  keep(all, session_ttl)
  local wide = (tonumber(counts[2]) or 0) + tonumber(counts[3])
  return wide + (tonumber(counts[1]) or 0), wide
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
