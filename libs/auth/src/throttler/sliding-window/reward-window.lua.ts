import { RedisScript } from '../../redis/redis-script.js';
import { boundedWindow } from './bounded-window.lua.js';
import { exactWindow } from './exact-window.lua.js';

/**
 * Gives the newest units of a window back.
 *
 * KEYS  the window
 * ARGV  'exact' | 'bounded', units
 * Reply nothing
 */
export const rewardWindow = new RedisScript(
  'reward-window',
  `${exactWindow}${boundedWindow}
local reward = ARGV[1] == 'exact' and exact_reward or bounded_reward
reward(KEYS[1], tonumber(ARGV[2]))
`,
);
