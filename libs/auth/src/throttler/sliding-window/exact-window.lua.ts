/**
 * The exact window: a LIST of the accepted instants (µs of the server's clock), oldest first. While blocked, its first
 * element is the end of the block as a negative number. Bounded by `limit`: refusals aren't stored.
 *
 * look(key, now, window) → view; writes nothing.   spend, block, reward: the three writes.
 */
export const exactWindow = `
local exact = {}

-- First index at or after which stamps are inside the window, and the stamp there.
local function first_inside(key, edge, index)
  while true do
    local batch = redis.call('LRANGE', key, index, index + 63)
    for _, stamp in ipairs(batch) do
      if tonumber(stamp) > edge then return index, tonumber(stamp) end
      index = index + 1
    end
    if #batch < 64 then return index, nil end
  end
end

function exact.look(key, now, window)
  local view = { used = 0, blocked = 0, outside = 0, oldest = tonumber(redis.call('LINDEX', key, 0)) }
  if not view.oldest then return view end
  if view.oldest < 0 then
    if -view.oldest > now then view.blocked = -view.oldest end
    view.outside = 1
    view.oldest = tonumber(redis.call('LINDEX', key, 1))
  end
  if view.oldest and view.oldest <= now - window then
    view.outside, view.oldest = first_inside(key, now - window, view.outside)
  end
  view.used = redis.call('LLEN', key) - view.outside
  return view
end

-- When so many units will have left the window.
function exact.exit(key, view, units, now, window)
  if units > 1 then return tonumber(redis.call('LINDEX', key, view.outside + units - 1)) + window end
  return (view.oldest or now) + window
end

function exact.spend(key, view, now, window, cost)
  if view.outside > 0 then redis.call('LTRIM', key, view.outside, -1) end
  -- When a server whose clock is behind takes over, time stands still until it has caught up.
  local stamp = now
  if view.used > 0 then stamp = math.max(now, tonumber(redis.call('LINDEX', key, -1))) end
  local stamps = { stamp }
  for i = 2, cost do
    if #stamps == 1000 then
      redis.call('RPUSH', key, unpack(stamps))
      stamps = {}
    end
    stamps[#stamps + 1] = stamp
  end
  redis.call('RPUSH', key, unpack(stamps))
  redis.call('PEXPIRE', key, math.ceil((stamp - now + window) / 1000))
end

function exact.block(key, now, span)
  local first = tonumber(redis.call('LINDEX', key, 0))
  if first and first < 0 then redis.call('LPOP', key) end
  local left = math.max(redis.call('PTTL', key), math.ceil(span / 1000))
  redis.call('LPUSH', key, -(now + span))
  redis.call('PEXPIRE', key, left)
end

function exact.reward(key, units)
  for _ = 1, units do
    local last = tonumber(redis.call('LINDEX', key, -1))
    if not last or last < 0 then return end
    redis.call('RPOP', key)
  end
end
`;
