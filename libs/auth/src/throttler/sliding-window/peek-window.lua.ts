import { RedisScript } from '../../redis/redis-script.js';
import { boundedWindow } from './bounded-window.lua.js';
import { exactWindow } from './exact-window.lua.js';

/**
 * Looks at a window without changing it.
 *
 * KEYS  the window
 * ARGV  'exact' | 'bounded', window (ms)
 * Reply used, how long it is still blocked (ms)
 */
export const peekWindow = new RedisScript(
  'peek-window',
  `${exactWindow}${boundedWindow}
local now, window = now_us(), ARGV[2] * 1000
local used, blocked
if ARGV[1] == 'exact' then
  local _, drop, total, _, ending = exact_look(KEYS[1], now, window)
  used, blocked = (total - drop) / 8, ending
else
  local state = bounded_look(KEYS[1], now, window)
  used, blocked = state.sum, state.blocked
end
return { used, math.max(0, math.ceil((blocked - now) / 1000)) }
`,
);
