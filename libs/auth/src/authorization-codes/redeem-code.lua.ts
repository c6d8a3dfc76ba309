import { RedisScript } from '../redis/redis-script.js';

/**
 * Uses an authorization code up: what it stands for goes, whose it was stays. A client may send a command once more after it lost
 * its connection: the same attempt gets the same answer. A full server refuses it, and the code is as good as before, since no
 * session could be opened there either.
 *
 * KEYS 1 the code, a hash: whose it is, what it stands for, and the attempt that used it. ARGV 1 this attempt, 2 ms to remember
 * that it was used. Reply: {'redeemed'} | {'used', whose it was} | {'unknown'}.
 */
export const redeemCodeScript = new RedisScript(
  'redeem-code',
  `
local user, owner = unpack(redis.call('HMGET', KEYS[1], 'user', 'owner'))
if not owner then return {'unknown'} end
if user == ARGV[1] then return {'redeemed'} end
if user then return {'used', owner} end
local ttl = math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], 'user', ARGV[1], 'content', '')
redis.call('PEXPIRE', KEYS[1], ttl)
return {'redeemed'}
`,
);
