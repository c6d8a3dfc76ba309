import type { WindowCode } from './window-code.js';

// Fields of the header, each a double: end of the block, width of a bucket, number of the newest bucket, number of the
// oldest that isn't empty, sum of all counters, counter of the newest.
const READ_HEADER = `unpacked('<dddddd', state)`;
const SLOTS = '<I4I4I4I4I4I4I4I4I4I4I4I4';
const EMPTY_SLOTS = 'string.rep(string.char(0), 48)';

/**
 * The bounded window: 12 counters in one string. 11 widths make a window, so a window touches at most 12 buckets: the
 * last 12 count, each of them whole. Sum and newest counter are in the header, so the other counters are looked at only
 * when a new bucket begins.
 */
export const boundedWindow: WindowCode = {
  locals: 'local state, width, newest, first, sum, count, slots',

  look: `
    state = call('GET', key)
    width = math.ceil(window / 11)
    local number, known = math.floor(now / width), nil
    if state then
      blocked, known, newest, first, sum, count = ${READ_HEADER}
      slots = string.sub(state, 49)
      if blocked <= now then blocked = 0 end
    else
      blocked, sum = 0, 0
    end
    if known ~= width then
      -- A new window, or another length of it: every unit is kept, as if it had just come.
      newest, first, count, slots = number, number, sum, ${EMPTY_SLOTS}
    elseif number > newest then
      local counts = { unpacked('${SLOTS}', slots) }
      counts[newest % 12 + 1] = count
      for passed = math.max(newest + 1, number - 11), number do counts[passed % 12 + 1] = 0 end
      newest, first, sum, count = number, number, 0, 0
      for bucket = number, number - 11, -1 do
        local units = counts[bucket % 12 + 1]
        if units > 0 then first, sum = bucket, sum + units end
      end
      slots = struct.pack('${SLOTS}', unpack(counts, 1, 12))
    end
    used = sum
    first_exit = (first + 12) * width`,

  exit: `
    local counts, left = { unpacked('${SLOTS}', slots) }, 0
    local bucket = first
    while bucket < newest do
      left = left + counts[bucket % 12 + 1]
      if left >= lacking then break end
      bucket = bucket + 1
    end
    exit = (bucket + 12) * width`,

  spend: `
    if sum == 0 then first = newest end
    local header = struct.pack('<dddddd', 0, width, newest, first, sum + cost, count + cost)
    call('SET', key, header .. slots, 'PX', math.ceil((window + width) / 1000))`,

  block: `
    local kept = call('GET', key)
    kept = kept and string.sub(kept, 9) or struct.pack('<ddddd', 0, 0, 0, 0, 0) .. ${EMPTY_SLOTS}
    local left = math.max(call('PTTL', key), math.ceil(span / 1000))
    call('SET', key, struct.pack('<d', now + span) .. kept, 'PX', left)`,

  shut: `
    call('SET', key, struct.pack('<dddddd', now + span, 0, 0, 0, 0, 0) .. ${EMPTY_SLOTS}, 'PX', math.ceil(span / 1000))`,

  reward: `
    local state = call('GET', key)
    if not state then return end
    local blocked, width, newest, first, sum, count = ${READ_HEADER}
    local counts = { unpacked('${SLOTS}', string.sub(state, 49)) }
    counts[newest % 12 + 1] = count
    for bucket = newest, newest - 11, -1 do
      local slot = bucket % 12 + 1
      local given = math.min(units, counts[slot])
      counts[slot], units, sum = counts[slot] - given, units - given, sum - given
    end
    while first < newest and counts[first % 12 + 1] == 0 do first = first + 1 end
    local header = struct.pack('<dddddd', blocked, width, newest, first, sum, counts[newest % 12 + 1])
    call('SET', key, header .. struct.pack('${SLOTS}', unpack(counts, 1, 12)), 'PX', math.max(1, call('PTTL', key)))`,
};
