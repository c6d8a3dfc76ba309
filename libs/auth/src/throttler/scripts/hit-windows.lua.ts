import { RedisScript } from '../../redis/redis-script.js';
import { boundedWindow } from './bounded-window.lua.js';
import { exactWindow } from './exact-window.lua.js';
import { eitherCode, type WindowCode } from './window-code.js';

/**
 * Decides groups of windows, one group after another: checks all of a group, then spends in all of them or in none.
 *
 * KEYS  one window each; on a Cluster in one hash tag
 * ARGV  six for each key: 'exact' | 'bounded', limit, window (ms), block (ms), cost, 'counts' | 'dry-run';
 *       then for each group the place of its last key
 * Reply three for each key: 'admitted', used, reset (ms) | 'refused', used, wait (ms) | 'uncounted', used, 0
 */
const hitWindows = (name: string, code: WindowCode): RedisScript =>
  new RedisScript(
    name,
    `
local call, unpacked = redis.call, struct.unpack
local now = now_us()
local reply = { 0, 0, 0 }
local last_of_group

-- Looks at a window, then at the next ones of its group (recursion), then spends in each if none refused. Recursion keeps what was
-- read in local variables.
local function decide(i, admits)
  if i > last_of_group then return admits end
  local key, at = KEYS[i], i * 6
  local precision, limit, window, cost = ARGV[at - 5], tonumber(ARGV[at - 4]), ARGV[at - 3] * 1000, tonumber(ARGV[at - 1])
  local used, blocked, first_exit
  ${code.locals}
  ${code.look}

  local lacking = used + cost - limit
  local passes = blocked == 0 and lacking <= 0
  admits = decide(i + 1, admits and (passes or ARGV[at] ~= 'counts'))

  local word, us = 'uncounted', 0
  if passes and admits then
    word, us = 'admitted', first_exit - now
    ${code.spend}
  elseif not passes then
    local span = ARGV[at - 2] * 1000
    word, us = 'refused', blocked > 0 and blocked - now or span
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
  end
  local last = at / 2
  if word ~= 'uncounted' then used = used + cost end
  reply[last - 2], reply[last - 1], reply[last] = word, used, math.max(1, math.ceil(us / 1000))
  return admits
end

local first_of_group = 1
for place = #KEYS * 6 + 1, #ARGV do
  last_of_group = tonumber(ARGV[place])
  decide(first_of_group, true)
  first_of_group = last_of_group + 1
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
