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
local engines = { exact = exact, bounded = bounded }
local now = now_us()
local view = engines[ARGV[1]].look(KEYS[1], now, ARGV[2] * 1000)
return { view.used, math.max(0, math.ceil((view.blocked - now) / 1000)) }
`,
);
