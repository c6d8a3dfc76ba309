/**
 * Lua functions that the scripts of API keys share. A key is a hash: `secret` (its hash), `client`, `epoch`, `facts` (JSON),
 * `created`, `expires` and `used` (0: never). Its fields are written by `add-api-key` alone, but for `used`.
 *
 * - `epoch_of` answers how often the keys of a client, and of everybody, were ended: a key of another epoch is one of those.
 *   Both counters never expire, because keys may not.
 * - `read_key` answers expiry, facts, creation, last use and hash of the secret of a live key, and nothing for any other.
 * - `tidy` takes expired keys out of an index, and lets it expire with the last one.
 */
export const apiKeyFunctions = `
local function epoch_of(epochs, client)
  local counts = redis.call('HMGET', epochs, 'all', 'client:' .. client)
  return (tonumber(counts[1]) or 0) + (tonumber(counts[2]) or 0)
end
local function read_key(record, epochs)
  local key = redis.call('HMGET', record, 'secret', 'client', 'epoch', 'expires', 'facts', 'created', 'used')
  if not key[1] then return end
  local expires = tonumber(key[4])
  if expires > 0 and expires <= now_ms() then return end
  if epoch_of(epochs, key[2]) ~= tonumber(key[3]) then return end
  return expires, key[5], tonumber(key[6]), tonumber(key[7]), key[1]
end
local function tidy(index)
  redis.call('ZREMRANGEBYSCORE', index, '-inf', string.format('%.0f', now_ms()))
  local last = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')[2]
  if last == 'inf' then redis.call('PERSIST', index) end
  if last and last ~= 'inf' then redis.call('PEXPIRE', index, tonumber(last) - now_ms()) end
end
`;
