/**
 * The exact window: one string of the accepted instants, each a big-endian double (µs of the server's clock), oldest
 * first. While blocked, the first is the end of the block as a negative number. Refusals aren't stored, and instants
 * that have left are dropped with the next write: at once in a short string, 256 at a time in a long one.
 *
 * exact_look(key, now, window) → log, drop, total, oldest, blocked; writes nothing
 *   log: the value, or nil when it is too long to be read whole; drop: bytes in front that don't count any more;
 *   total: bytes; oldest: first instant that counts, or nil; blocked: end of the block, or 0
 * exact_exit, exact_spend, exact_block, exact_reward
 */
export const exactWindow = `
local CHUNK = 2048

local function stamp_at(log, byte)
  return (struct.unpack('>d', log, byte + 1))
end

-- First byte at or after 'low' whose stamp is later than the edge.
local function first_inside(log, low, edge)
  if low >= #log or stamp_at(log, low) > edge then return low end
  local high = #log
  low = low + 8
  while low < high do
    local middle = low + math.floor((high - low) / 16) * 8
    if stamp_at(log, middle) > edge then high = middle else low = middle + 8 end
  end
  return low
end

local function exact_look(key, now, window)
  local log = redis.call('GETRANGE', key, 0, CHUNK - 1)
  if log == '' then return log, 0, 0, nil, 0 end
  local edge, marker, blocked = now - window, 0, 0
  local head = stamp_at(log, 0)
  if head < 0 then
    marker = 8
    if -head > now then blocked = -head end
  end
  local inside = first_inside(log, marker, edge)
  if #log < CHUNK then
    return log, inside, #log, inside < #log and stamp_at(log, inside) or nil, blocked
  end
  local from = 0
  while inside == #log and #log == CHUNK do
    from = from + CHUNK
    log = redis.call('GETRANGE', key, from, from + CHUNK - 1)
    inside = first_inside(log, 0, edge)
  end
  local oldest = inside < #log and stamp_at(log, inside) or nil
  return nil, from + inside, redis.call('STRLEN', key), oldest, blocked
end

-- When so many units will have left the window.
local function exact_exit(key, now, window, units, drop, oldest)
  if units == 1 or not oldest then return (oldest or now) + window end
  local byte = drop + (units - 1) * 8
  return stamp_at(redis.call('GETRANGE', key, byte, byte + 7), 0) + window
end

local function exact_spend(key, now, window, cost, log, drop, total)
  local stamp = now
  if drop < total then
    -- When a server whose clock is behind takes over, time stands still until it has caught up.
    stamp = math.max(now, stamp_at(log or redis.call('GETRANGE', key, -8, -1), log and total - 8 or 0))
  end
  local added = struct.pack('>d', stamp)
  if cost > 1 then added = string.rep(added, cost) end
  local left = math.ceil((stamp - now + window) / 1000)
  if log then
    redis.call('SET', key, string.sub(log, drop + 1) .. added, 'PX', left)
  elseif drop >= CHUNK then
    redis.call('SET', key, redis.call('GETRANGE', key, drop, -1) .. added, 'PX', left)
  else
    redis.call('APPEND', key, added)
    redis.call('PEXPIRE', key, left)
  end
end

local function exact_block(key, now, span)
  local log = redis.call('GETRANGE', key, 0, -1)
  if log ~= '' and stamp_at(log, 0) < 0 then log = string.sub(log, 9) end
  local left = math.max(redis.call('PTTL', key), math.ceil(span / 1000))
  redis.call('SET', key, struct.pack('>d', -(now + span)) .. log, 'PX', left)
end

local function exact_reward(key, units)
  local log = redis.call('GETRANGE', key, 0, -1)
  if log == '' then return end
  local marker = stamp_at(log, 0) < 0 and 8 or 0
  local kept = string.sub(log, 1, math.max(marker, #log - units * 8))
  if kept == '' then redis.call('DEL', key) return end
  redis.call('SET', key, kept, 'PX', math.max(1, redis.call('PTTL', key)))
end
`;
