import { RedisScript } from '../../redis/redis-script.js';
import { boundedWindow } from './bounded-window.lua.js';
import { exactWindow } from './exact-window.lua.js';
import { eitherCode } from './window-code.js';

/**
 * Gives the newest units of a window back.
 *
 * KEYS  the window
 * ARGV  'exact' | 'bounded', units
 * Reply nothing
 */
export const rewardWindow = new RedisScript(
  'reward-window',
  `
local call, unpacked = redis.call, struct.unpack
local key, precision, units = KEYS[1], ARGV[1], tonumber(ARGV[2])
${eitherCode(exactWindow, boundedWindow).reward}
`,
);
