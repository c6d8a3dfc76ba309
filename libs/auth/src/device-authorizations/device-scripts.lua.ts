import { RedisScript } from '../redis/redis-script.js';
import { REMEMBERED_MS, SLOWED_BY_MS } from './device-authorization.store.js';

// The lifetime of the key is the clock: what is left of it beyond the time in which it is only remembered.
const left = `
local function left_ms() return redis.call('PTTL', KEYS[1]) - ${REMEMBERED_MS} end
`;

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

/** KEYS 1 the authorization. Reply: {'pending', client, request} | {'unknown'}. */
export const findDeviceScript = new RedisScript(
  'find-device',
  `${left}
local state, client, request = unpack(redis.call('HMGET', KEYS[1], 'state', 'client', 'request'))
if state ~= 'pending' or left_ms() <= 0 then return {'unknown'} end
return {'pending', client, request}
`,
);

/**
 * Answers for the user. A full server refuses it whole.
 *
 * KEYS 1 the authorization. ARGV 1 'approved' | 'denied', 2 what is granted, 3 this attempt. Reply: ARGV 1 | 'unknown'.
 */
export const answerDeviceScript = new RedisScript(
  'answer-device',
  `${left}
local state, answerer = unpack(redis.call('HMGET', KEYS[1], 'state', 'answerer'))
if answerer == ARGV[3] then return ARGV[1] end
if state ~= 'pending' or left_ms() <= 0 then return 'unknown' end
redis.call('HSET', KEYS[1], 'state', ARGV[1], 'approval', ARGV[2], 'answerer', ARGV[3])
return ARGV[1]
`,
);

/**
 * Tells a client where its device stands, and counts how often it asks while it has to wait.
 *
 * KEYS 1 the authorization. ARGV 1 hash of the device code, 2 client.
 * Reply: {'approved', what is granted} | {'pending' | 'slow_down' | 'denied' | 'expired' | 'unknown'}.
 */
export const pollDeviceScript = new RedisScript(
  'poll-device',
  `${left}
local secret, client, state, approval, interval, pollable =
  unpack(redis.call('HMGET', KEYS[1], 'secret', 'client', 'state', 'approval', 'interval', 'pollable'))
if secret ~= ARGV[1] or client ~= ARGV[2] or state == 'redeemed' then return {'unknown'} end
if state == 'denied' then return {'denied'} end
local now = left_ms()
if now <= 0 then return {'expired'} end
if state == 'approved' then return {'approved', approval} end
local early = pollable and now > tonumber(pollable)
if early then interval = interval + ${SLOWED_BY_MS} end
redis.call('HSET', KEYS[1], 'interval', interval, 'pollable', now - interval)
return {early and 'slow_down' or 'pending'}
`,
);

/**
 * Uses an approval up. What was granted is kept no longer.
 *
 * KEYS 1 the authorization. ARGV 1 hash of the device code, 2 this attempt. Reply: 'redeemed' | 'unknown'.
 */
export const redeemDeviceScript = new RedisScript(
  'redeem-device',
  `${left}
local secret, state, redeemer = unpack(redis.call('HMGET', KEYS[1], 'secret', 'state', 'redeemer'))
if secret ~= ARGV[1] then return 'unknown' end
if redeemer == ARGV[2] then return 'redeemed' end
if state ~= 'approved' or left_ms() <= 0 then return 'unknown' end
redis.call('HSET', KEYS[1], 'state', 'redeemed', 'redeemer', ARGV[2], 'approval', '')
return 'redeemed'
`,
);
