import { RedisScript } from '../../redis/redis-script.js';
import { boundedWindow } from './bounded-window.lua.js';
import { exactWindow } from './exact-window.lua.js';

/**
 * Decides several windows together: checks all, then spends in all or in none.
 *
 * KEYS  one window each, in one hash tag
 * ARGV  six for each key: 'exact' | 'bounded', limit, window (ms), block (ms), cost, 'counts' | 'dry-run'
 * Reply three for each key: 'admitted', used, reset (ms) | 'refused', used, wait (ms) | 'spared', 0, 0
 */
export const hitWindows = new RedisScript(
  'hit-windows',
  `${exactWindow}${boundedWindow}
local now = now_us()
local reply = {}

local function answer(i, word, used, us)
  reply[i * 3 - 2], reply[i * 3 - 1], reply[i * 3] = word, used, math.max(1, math.ceil(us / 1000))
end

-- Looks at the window, has the following ones decided, and spends if none of all refused. What was seen stays in local
-- variables meanwhile: tables are what costs most in a script as short as this.
local function decide(i, open)
  local key = KEYS[i]
  if not key then return open end
  local at = i * 6
  local is_exact, limit, window = ARGV[at - 5] == 'exact', tonumber(ARGV[at - 4]), ARGV[at - 3] * 1000
  local span, cost = ARGV[at - 2] * 1000, tonumber(ARGV[at - 1])
  local used, blocked, log, drop, total, oldest, state
  if is_exact then
    log, drop, total, oldest, blocked = exact_look(key, now, window)
    used = (total - drop) / 8
  else
    state = bounded_look(key, now, window)
    used, blocked = state.sum, state.blocked
  end
  local function exit(units)
    if is_exact then return exact_exit(key, now, window, units, drop, oldest) end
    return bounded_exit(units, state)
  end

  local lacking = used + cost - limit
  local passes = blocked == 0 and lacking <= 0
  open = decide(i + 1, open and (passes or ARGV[at] ~= 'counts'))

  if passes and open then
    answer(i, 'admitted', used + cost, exit(1) - now)
    if is_exact then
      exact_spend(key, now, window, cost, log, drop, total)
    else
      bounded_spend(key, window, cost, state)
    end
  elseif passes then
    answer(i, 'spared', 0, 0)
  else
    local wait = blocked > 0 and blocked - now or span
    if cost > limit then
      wait = math.max(wait, window)
    elseif lacking > 0 then
      wait = math.max(wait, exit(lacking) - now)
    end
    answer(i, 'refused', used + cost, wait)
    if blocked == 0 and span > 0 then
      -- At least until there is room: otherwise the next refusal would begin another block.
      local block = is_exact and exact_block or bounded_block
      block(key, now, cost > limit and span or wait)
    end
  end
  return open
end

decide(1, true)
return reply
`,
);
