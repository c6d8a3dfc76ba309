import { RedisScript } from '../../redis/redis-script.js';
import { boundedWindow } from './bounded-window.lua.js';
import { exactWindow } from './exact-window.lua.js';
import { eitherCode } from './window-code.js';

/**
 * Gives the newest units of windows back.
 *
 * KEYS  one window each; on a Cluster in one hash tag
 * ARGV  two for each key: 'exact' | 'bounded', units
 * Reply nothing
 */
export const rewardWindows = new RedisScript(
  'reward-windows',
  `
local call, unpacked = redis.call, struct.unpack

local function reward(key, precision, units)
  ${eitherCode(exactWindow, boundedWindow).reward}
end

for place, key in ipairs(KEYS) do
  reward(key, ARGV[place * 2 - 1], tonumber(ARGV[place * 2]))
end
`,
);
