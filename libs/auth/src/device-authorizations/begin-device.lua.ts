import { RedisScript } from '../redis/redis-script.js';
import { REMEMBERED_MS } from './device-authorization.store.js';

/**
 * Keeps what a device asks for. A client may send a command once more after it lost its connection: the same device code gets the
 * same answer.
 *
 * KEYS 1 the authorization, a hash. ARGV 1 hash of the device code, 2 client, 3 request, 4 ms it may be answered, 5 ms between polls.
 * Reply: 'begun' | 'taken'.
 */
export const beginDeviceScript = new RedisScript(
  'begin-device',
  `
local secret = redis.call('HGET', KEYS[1], 'secret')
if secret then return secret == ARGV[1] and 'begun' or 'taken' end
redis.call('HSET', KEYS[1], 'secret', ARGV[1], 'client', ARGV[2], 'request', ARGV[3], 'interval', ARGV[5], 'state', 'pending')
redis.call('PEXPIRE', KEYS[1], ARGV[4] + ${REMEMBERED_MS})
return 'begun'
`,
);
