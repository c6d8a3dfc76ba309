/**
 * The bounded window: one string with the end of a block, the width of a bucket, the number of the newest bucket and
 * 12 counters. 11 widths make a window, so a window touches at most 12 buckets; each is counted whole until its last
 * possible instant has left. Same functions as the exact window.
 */
export const boundedWindow = `
local bounded = {}
local BUCKETS = 12
local LAYOUT = '<dddI4I4I4I4I4I4I4I4I4I4I4I4'

local function unpacked(key)
  local text = redis.call('GET', key)
  if not text then return { blocked = 0, width = 0, newest = 0 } end
  local fields = { struct.unpack(LAYOUT, text) }
  local state = { blocked = fields[1], width = fields[2], newest = fields[3] }
  for i = 1, BUCKETS do state[i] = fields[i + 3] end
  return state
end

local function packed(key, state, left)
  local text = struct.pack(LAYOUT, state.blocked, state.width, state.newest, unpack(state, 1, BUCKETS))
  redis.call('SET', key, text, 'PX', math.max(1, left))
end

-- Empties the counters between the newest bucket written and the one of now; a new width keeps every unit, as newest.
local function turn_to(state, now, width)
  local number = math.floor(now / width)
  local kept = 0
  if state.width ~= width then
    for i = 1, BUCKETS do kept = kept + (state[i] or 0) state[i] = 0 end
    state.width, state.newest = width, number
    state[number % BUCKETS + 1] = kept
  end
  for passed = math.max(state.newest + 1, number - BUCKETS + 1), number do state[passed % BUCKETS + 1] = 0 end
  state.newest = math.max(state.newest, number)
end

local function oldest_inside(state, now, window)
  return math.max(state.newest - BUCKETS + 1, math.floor((now - window + 1) / state.width))
end

function bounded.look(key, now, window)
  local state = unpacked(key)
  turn_to(state, now, math.ceil(window / (BUCKETS - 1)))
  local view = { used = 0, blocked = 0, state = state }
  if state.blocked > now then view.blocked = state.blocked end
  view.first = oldest_inside(state, now, window)
  for number = view.first, state.newest do view.used = view.used + state[number % BUCKETS + 1] end
  return view
end

function bounded.exit(key, view, units, now, window)
  local state, left = view.state, 0
  for number = view.first, state.newest do
    left = left + state[number % BUCKETS + 1]
    if left >= units then return (number + 1) * state.width - 1 + window end
  end
  return (state.newest + 1) * state.width - 1 + window
end

function bounded.spend(key, view, now, window, cost)
  local slot = view.state.newest % BUCKETS + 1
  view.state[slot] = view.state[slot] + cost
  view.state.blocked = 0
  packed(key, view.state, math.ceil(window / 1000 * BUCKETS / (BUCKETS - 1)) + 1)
end

function bounded.block(key, now, span)
  local state = unpacked(key)
  for i = 1, BUCKETS do state[i] = state[i] or 0 end
  state.blocked = now + span
  packed(key, state, math.max(redis.call('PTTL', key), math.ceil(span / 1000)))
end

function bounded.reward(key, units)
  local state = unpacked(key)
  for number = state.newest, state.newest - BUCKETS + 1, -1 do
    local slot = number % BUCKETS + 1
    local given = math.min(units, state[slot] or 0)
    if given > 0 then state[slot] = state[slot] - given end
    units = units - given
  end
  local left = redis.call('PTTL', key)
  if left > 0 then packed(key, state, left) end
end
`;
