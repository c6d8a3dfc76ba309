import { handedOutFunctions } from './handed-out.lua.js';

/**
 * Lua functions that the scripts of sessions and revocations share.
 *
 * - `get_through` writes nothing, in a way that a full server never refuses (it can only free memory): after that it refuses no
 *   write of the script. So what ends or replaces something is carried out while there is no memory left.
 * - `keep` prolongs a key, and `put` writes one; neither ever shortens its life. `put` deletes first, so it gets through as well.
 * - `hand_out` writes down the lifetime of an access token that is handed out, for its partition; up to a minute ahead, so that
 *   most of them find it written.
 * - `note` appends to the partition's feed of recent revocations (feed_ttl 0: no instance reads it).
 * - `advance_revision` answers the new number of what this partition has decided, which only grows: whoever has seen a
 *   number knows later whether the server has lost data. It follows the time, so that a number that was lost isn't given
 *   twice. It never expires: a number that is gone means a loss. There are 64 of them, however many sessions there are.
 * - `bump` moves an epoch. It follows the time, so that a number that was lost isn't given twice, and whoever repeats a
 *   revocation as of an instant sees whether it is known.
 * - `mark_revocation` writes down when something was revoked, for logins that are under way, and until `kept_until` (epoch ms)
 *   for tokens that carry no epoch; and when sessions were ended last, unless they are kept this time.
 * - `end_session` revokes a session: it deletes the record, and the end mark refuses the access tokens.
 * - `claim_epoch` answers two sums: of the three counters, and of the two that refuse sessions. It also prolongs the
 *   counters, because a counter that expires before a token would make revoked tokens valid again. The global counter
 *   starts at the current time, not at zero: after a loss of data nobody knows what was revoked, so everything issued
 *   before it is refused. It is always there, so it expires with the last token and session of its partition.
 */
export const revocationFunctions = `${handedOutFunctions}
local function get_through(index)
  redis.call('ZREM', index, '')
end
local function keep(key, ttl)
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end
end
local function put(key, value, ttl)
  local left = redis.call('PTTL', key)
  redis.call('DEL', key)
  redis.call('SET', key, value, 'PX', math.max(left, ttl))
end
local function hand_out(handed_out, lifetime)
  local longest, before, over = lifetimes_of(handed_out)
  local is_over = now_ms() >= over
  if not is_over and lifetime <= longest and redis.call('PTTL', handed_out) >= lifetime then return end
  if is_over then longest, before, over = lifetime, longest, now_ms() + math.max(longest, lifetime) end
  local ahead = math.min(math.floor(lifetime / 16), 60000)
  put(handed_out, struct.pack('>ddd', math.max(longest, lifetime), before, over), lifetime + ahead)
end
local function note(feed, feed_ttl, handed_out, kind, id)
  if feed_ttl == 0 then return end
  local kept = longest_lifetime(handed_out, feed_ttl)
  redis.call('XADD', feed, 'MINID', '~', math.max(now_ms() - kept, 0), '*', kind, id)
  keep(feed, kept)
end
local function advance_revision(key)
  local revision = math.max((tonumber(redis.call('GET', key)) or 0) + 1, now_ms())
  redis.call('SET', key, string.format('%.0f', revision))
  return revision
end
local function mark_revocation(key, ttl, kept_until, keeps_sessions, instant)
  local mark, latest, count, ended = redis.call('GET', key), 0, 0, 0
  if mark then latest, count = struct.unpack('>dd', mark) end
  ended = latest
  if mark and #mark >= 24 then ended = select(3, struct.unpack('>ddd', mark)) end
  if not keeps_sessions then ended = math.max(ended, instant or now_ms()) end
  latest = math.max(latest, instant or now_ms())
  put(key, struct.pack('>ddd', latest, count + 1, ended), math.max(ttl, kept_until - now_ms()))
end
local function claim_epoch(subject, client, all, handed_out, token_ttl, session_ttl)
  hand_out(handed_out, token_ttl)
  local counts = redis.call('MGET', subject, client, all)
  if counts[1] then keep(subject, token_ttl) end
  if counts[2] then keep(client, session_ttl) end
  if not counts[3] then
    counts[3] = now_ms()
    put(all, counts[3], session_ttl)
  end
  keep(all, session_ttl)
  local wide = (tonumber(counts[2]) or 0) + tonumber(counts[3])
  return wide + (tonumber(counts[1]) or 0), wide
end
local function bump(key, ttl, instant)
  local epoch = math.max((tonumber(redis.call('GET', key)) or 0) + 1, instant or now_ms())
  put(key, string.format('%.0f', epoch), ttl)
  return epoch
end
local function end_session(record, index, mark, session_id, mark_ttl)
  redis.call('DEL', record)
  redis.call('ZREM', index, session_id)
  put(mark, '1', mark_ttl)
end
`;
