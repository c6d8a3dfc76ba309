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
local engines = { exact = exact, bounded = bounded }
local now = now_us()
local hits, open = {}, true

for i, key in ipairs(KEYS) do
  local at = i * 6 - 6
  local hit = {
    engine = engines[ARGV[at + 1]],
    limit = tonumber(ARGV[at + 2]),
    window = ARGV[at + 3] * 1000,
    span = ARGV[at + 4] * 1000,
    cost = tonumber(ARGV[at + 5]),
  }
  hit.view = hit.engine.look(key, now, hit.window)
  hit.lacking = hit.view.used + hit.cost - hit.limit
  hit.passes = hit.view.blocked == 0 and hit.lacking <= 0
  if not hit.passes and ARGV[at + 6] == 'counts' then open = false end
  hits[i] = hit
end

local function wait_of(key, hit)
  local wait = 0
  if hit.cost > hit.limit then
    wait = hit.window
  elseif hit.lacking > 0 then
    wait = hit.engine.exit(key, hit.view, hit.lacking, now, hit.window) - now
  end
  if hit.view.blocked > 0 then return math.max(wait, hit.view.blocked - now) end
  return math.max(wait, hit.span)
end

local reply = {}
local function answer(word, used, us)
  reply[#reply + 1] = word
  reply[#reply + 1] = used
  reply[#reply + 1] = math.max(1, math.ceil(us / 1000))
end

for i, key in ipairs(KEYS) do
  local hit = hits[i]
  if not hit.passes then
    answer('refused', hit.view.used + hit.cost, wait_of(key, hit))
    if hit.view.blocked == 0 and hit.span > 0 then hit.engine.block(key, now, hit.span) end
  elseif open then
    local exit = hit.engine.exit(key, hit.view, 1, now, hit.window)
    hit.engine.spend(key, hit.view, now, hit.window, hit.cost)
    answer('admitted', hit.view.used + hit.cost, exit - now)
  else
    answer('spared', 0, 0)
  end
end
return reply
`,
);
