import { RedisScript } from '../../redis/redis-script.js';
import { boundedWindow } from './bounded-window.lua.js';
import { exactWindow } from './exact-window.lua.js';
import { eitherCode, type WindowCode } from './window-code.js';

/**
 * Decides calls, one after another. Each has two groups of windows, either of them may be empty, and between them a proviso:
 * keys of which the first three are counters with a known sum, and of the others none may be there. A group is checked as a whole, then
 * spends in all of its windows or in none; where it refuses, or the proviso doesn't hold, nothing that follows is asked.
 *
 * KEYS  for each call the windows of its first group, its proviso, the windows of its second group; on a Cluster in one hash tag
 * ARGV  how many plans there are; six for each: 'exact' | 'bounded', limit, window (ms), block (ms), cost, 'counts' | 'dry-run';
 *       a text with a byte for each number: for each call the sizes of its first group, proviso and second group, and the place of the
 *       plan of each window; then for each proviso the sum of its counters
 * Reply for each window two numbers: used, and reset in ms if it admitted, minus the wait in ms if it refused, 0 if neither;
 *       between those of the groups 1 if the proviso holds, else 0, where there is one
 */
const hitWindows = (name: string, code: WindowCode): RedisScript =>
  new RedisScript(
    name,
    `
local call, unpacked, byte = redis.call, struct.unpack, string.byte
local now = now_us()
local sum_at = ARGV[1] * 6 + 2
local calls, reply = ARGV[sum_at], {}
-- Of the group at hand: where the plans and the answers of key 0 would be, and its last key.
local plans, answers, last

-- Looks at a window, then at the next ones of its group (recursion), then spends in each if none refused. Recursion keeps what was
-- read in local variables.
local function decide(i, admits)
  if i > last then return admits end
  local key, at = KEYS[i], byte(calls, plans + i) * 6
  local precision, limit, window, cost = ARGV[at - 4], tonumber(ARGV[at - 3]), ARGV[at - 2] * 1000, tonumber(ARGV[at])
  local used, blocked, first_exit
  ${code.locals}
  ${code.look}

  local lacking = used + cost - limit
  local passes = blocked == 0 and lacking <= 0
  admits = decide(i + 1, admits and (passes or ARGV[at + 1] ~= 'counts'))

  local ms = 0
  if passes and admits then
    ms = math.max(1, math.ceil((first_exit - now) / 1000))
    ${code.spend}
  elseif not passes then
    local span = ARGV[at - 1] * 1000
    local us = blocked > 0 and blocked - now or span
    if cost > limit then
      us = math.max(us, window)
    elseif lacking > 0 and (blocked > 0 or span == 0) then
      local exit = first_exit
      if lacking > 1 then ${code.exit} end
      us = math.max(us, exit - now)
    end
    if span > 0 and blocked == 0 then
      ${code.shut}
    end
    ms = -math.max(1, math.ceil(us / 1000))
  end
  if ms ~= 0 then used = used + cost end
  reply[answers + 2 * i - 1], reply[answers + 2 * i] = used, ms
  return admits
end

local function holds(first, size)
  local found = call('MGET', unpack(KEYS, first, first + size - 1))
  for mark = 4, size do
    if found[mark] then return false end
  end
  return (found[1] or 0) + (found[2] or 0) + (found[3] or 0) == tonumber(ARGV[sum_at])
end

local at, keys, told = 0, 0, 0
while at < #calls do
  local before, proviso, after = byte(calls, at + 1, at + 3)
  plans, answers, last = at + 3 - keys, told - 2 * keys, keys + before
  local passes = decide(keys + 1, true)
  at, keys, told = at + 3 + before, keys + before, told + 2 * before
  if proviso > 0 then
    sum_at, told = sum_at + 1, told + 1
    passes = passes and holds(keys + 1, proviso)
    reply[told] = passes and 1 or 0
    keys = keys + proviso
  end
  plans, answers, last = at - keys, told - 2 * keys, keys + after
  if passes then
    decide(keys + 1, true)
  else
    for answer = told + 1, told + 2 * after do reply[answer] = 0 end
  end
  at, keys, told = at + after, keys + after, told + 2 * after
end
return reply
`,
  );

/** One script for each mixture of windows, with only the code it needs. */
export const hitScripts = {
  exact: hitWindows('hit-exact-windows', exactWindow),
  bounded: hitWindows('hit-bounded-windows', boundedWindow),
  mixed: hitWindows('hit-windows', eitherCode(exactWindow, boundedWindow)),
} as const;
