import { REMEMBERED_MS } from './device-authorization.store.js';

/** `left_ms()`: how long KEYS[1] may still be answered. Its lifetime is the clock, beyond the time in which it is only remembered. */
export const leftMs = `
local function left_ms() return redis.call('PTTL', KEYS[1]) - ${REMEMBERED_MS} end
`;
