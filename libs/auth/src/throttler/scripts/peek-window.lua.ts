import { RedisScript } from '../../redis/redis-script.js';
import { boundedWindow } from './bounded-window.lua.js';
import { exactWindow } from './exact-window.lua.js';
import { eitherCode } from './window-code.js';

const code = eitherCode(exactWindow, boundedWindow);

/**
 * Looks at a window without changing it.
 *
 * KEYS  the window
 * ARGV  'exact' | 'bounded', window (ms)
 * Reply used, how long it is still blocked (ms)
 */
export const peekWindow = new RedisScript(
  'peek-window',
  `
local call, unpacked = redis.call, struct.unpack
local key, precision, now, window, limit = KEYS[1], ARGV[1], now_us(), ARGV[2] * 1000, math.huge
local used, blocked, first_exit
${code.locals}
${code.look}
return { used, math.max(0, math.ceil((blocked - now) / 1000)) }
`,
);
