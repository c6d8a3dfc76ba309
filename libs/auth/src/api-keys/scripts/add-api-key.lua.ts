import { RedisScript } from '../../redis/redis-script.js';
import { apiKeyFunctions } from './api-key-functions.lua.js';

/**
 * Adds an API key, unless its subject has too many. One that doesn't expire has no TTL.
 *
 * KEYS 1 key, 2 index, 3 epochs. ARGV 1 id, 2 hash of the secret, 3 client, 4 facts, 5 ms it is good for (0: it doesn't
 * expire), 6 greatest number of keys. Reply: {'full'} | {'added', created, expires}.
 */
export const addApiKeyScript = new RedisScript(
  'add-api-key',
  `${apiKeyFunctions}
-- Refused while there is no memory left, before anything was written: this writes nothing, but could.
redis.call('SETRANGE', KEYS[1], 0, '')
tidy(KEYS[2])
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[6]) then return {'full'} end
local now, ttl, expires = now_ms(), tonumber(ARGV[5]), 0
if ttl > 0 then expires = now + ttl end
redis.call('HSET', KEYS[1], 'secret', ARGV[2], 'client', ARGV[3], 'epoch', epoch_of(KEYS[3], ARGV[3]),
  'facts', ARGV[4], 'created', string.format('%.0f', now), 'expires', string.format('%.0f', expires), 'used', 0)
if ttl > 0 then redis.call('PEXPIRE', KEYS[1], ttl) end
redis.call('ZADD', KEYS[2], ttl > 0 and string.format('%.0f', expires) or '+inf', ARGV[1])
tidy(KEYS[2])
return {'added', now, expires}
`,
);
