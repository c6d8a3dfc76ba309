import { RedisScript } from '../../redis/redis-script.js';
import { boundedWindow } from './bounded-window.lua.js';
import { exactWindow } from './exact-window.lua.js';
import { eitherCode } from './window-code.js';

/**
 * Blocks a window from now on; its units stay.
 *
 * KEYS  the window
 * ARGV  'exact' | 'bounded', span (ms)
 * Reply nothing
 */
export const blockWindow = new RedisScript(
  'block-window',
  `
local call, unpacked = redis.call, struct.unpack
local key, precision, now, span = KEYS[1], ARGV[1], now_us(), ARGV[2] * 1000
${eitherCode(exactWindow, boundedWindow).block}
`,
);
