/**
 * The bounded window: 12 counters in one string. 11 widths make a window, so a window touches at most 12 buckets: the
 * last 12 count, each of them whole. The counter of the newest bucket and the sum of all are in
 * the header, so a call looks at the others only when a new bucket begins.
 *
 * bounded_look(key, now, window) → state; writes nothing.   bounded_exit, bounded_spend, bounded_block, bounded_reward
 */
export const boundedWindow = `
local BUCKETS = 12
-- End of the block, width, number of the newest bucket, number of the oldest that isn't empty, sum, newest counter.
local HEADER = '<dddddd'
local HEADER_BYTES = 48
local SLOTS = '<I4I4I4I4I4I4I4I4I4I4I4I4'
local NO_SLOTS = string.rep(string.char(0), BUCKETS * 4)

-- Writes the newest counter into its slot and begins the bucket 'number'; what has left is taken out of the sum.
local function turn_to(state, number)
  local slots = { struct.unpack(SLOTS, state.slots) }
  slots[state.newest % BUCKETS + 1] = state.count
  for passed = math.max(state.newest + 1, number - BUCKETS + 1), number do slots[passed % BUCKETS + 1] = 0 end
  state.newest, state.sum, state.first, state.count = number, 0, number, 0
  for bucket = number, number - BUCKETS + 1, -1 do
    local count = slots[bucket % BUCKETS + 1]
    state.sum = state.sum + count
    if count > 0 then state.first = bucket end
  end
  state.slots = struct.pack(SLOTS, unpack(slots, 1, BUCKETS))
end

local function bounded_look(key, now, window)
  local width = math.ceil(window / (BUCKETS - 1))
  local number = math.floor(now / width)
  local text = redis.call('GET', key)
  local state = { blocked = 0, width = width, newest = number, first = number, sum = 0, count = 0, slots = NO_SLOTS }
  if not text then return state end
  local known
  state.blocked, known, state.newest, state.first, state.sum, state.count = struct.unpack(HEADER, text)
  if state.blocked <= now then state.blocked = 0 end
  if known ~= width then
    -- Another length of the window: every unit is kept, as if it had just come.
    state.newest, state.first, state.count = number, number, state.sum
    return state
  end
  state.slots = string.sub(text, HEADER_BYTES + 1)
  if number > state.newest then turn_to(state, number) end
  return state
end

local function bounded_exit(units, state)
  local bucket = state.first
  if units > 1 and units > state.sum - state.count then
    bucket = state.newest
  elseif units > 1 then
    local slots, left = { struct.unpack(SLOTS, state.slots) }, 0
    while bucket < state.newest do
      left = left + slots[bucket % BUCKETS + 1]
      if left >= units then break end
      bucket = bucket + 1
    end
  end
  return (bucket + BUCKETS) * state.width
end

local function bounded_write(key, state, left)
  local header = struct.pack(HEADER, state.blocked, state.width, state.newest, state.first, state.sum, state.count)
  redis.call('SET', key, header .. state.slots, 'PX', math.max(1, left))
end

local function bounded_spend(key, window, cost, state)
  if state.sum == 0 then state.first = state.newest end
  state.sum, state.count = state.sum + cost, state.count + cost
  bounded_write(key, state, math.ceil((window + state.width) / 1000))
end

local function bounded_block(key, now, span)
  local text = redis.call('GET', key)
  local left = math.max(redis.call('PTTL', key), math.ceil(span / 1000))
  if text then
    redis.call('SET', key, struct.pack('<d', now + span) .. string.sub(text, 9), 'PX', left)
  else
    redis.call('SET', key, struct.pack(HEADER, now + span, 0, 0, 0, 0, 0) .. NO_SLOTS, 'PX', left)
  end
end

local function bounded_reward(key, units)
  local text = redis.call('GET', key)
  if not text then return end
  local state = {}
  state.blocked, state.width, state.newest, state.first, state.sum, state.count = struct.unpack(HEADER, text)
  local slots = { struct.unpack(SLOTS, string.sub(text, HEADER_BYTES + 1)) }
  local slot = state.newest % BUCKETS + 1
  slots[slot] = state.count
  for bucket = state.newest, state.newest - BUCKETS + 1, -1 do
    local at = bucket % BUCKETS + 1
    local given = math.min(units, slots[at])
    slots[at], units, state.sum = slots[at] - given, units - given, state.sum - given
  end
  state.count = slots[slot]
  while state.first < state.newest and slots[state.first % BUCKETS + 1] == 0 do state.first = state.first + 1 end
  state.slots = struct.pack(SLOTS, unpack(slots, 1, BUCKETS))
  bounded_write(key, state, redis.call('PTTL', key))
end
`;
