import { RedisScript } from '../../redis/redis-script.js';
import { boundedWindow } from './bounded-window.lua.js';
import { exactWindow } from './exact-window.lua.js';

/**
 * Blocks a window from now on; what it has counted stays counted.
 *
 * KEYS  the window
 * ARGV  'exact' | 'bounded', span (ms)
 * Reply nothing
 */
export const blockWindow = new RedisScript(
  'block-window',
  `${exactWindow}${boundedWindow}
local block = ARGV[1] == 'exact' and exact_block or bounded_block
block(KEYS[1], now_us(), ARGV[2] * 1000)
`,
);
