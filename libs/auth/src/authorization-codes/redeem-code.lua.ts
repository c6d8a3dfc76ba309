import { RedisScript } from '../redis/redis-script.js';

/**
 * Uses an authorization code up: of what is kept of it, the line that says whose it was stays. A client may send a command once
 * more after it lost its connection: the same attempt gets the same answer. Deletes nothing: a full server refuses it, and the
 * code is as good as before, since no session could be opened there either.
 *
 * KEYS 1 the code: lines with the attempt that used it (empty: none has), whose it is, and what it stands for. ARGV 1 this
 * attempt, 2 ms to remember that it was used. Reply: {'redeemed'} | {'used', whose it was} | {'unknown'}.
 */
export const redeemCodeScript = new RedisScript(
  'redeem-code',
  `
local known = redis.call('GET', KEYS[1])
local user, owner = string.match(known or '', '^([^\\n]*)\\n([^\\n]*)\\n')
if not user then return {'unknown'} end
if user == ARGV[1] then return {'redeemed'} end
if user ~= '' then return {'used', owner} end
local ttl = math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[2]))
redis.call('SET', KEYS[1], ARGV[1] .. '\\n' .. owner .. '\\n', 'PX', ttl)
return {'redeemed'}
`,
);
