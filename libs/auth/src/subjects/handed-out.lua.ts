/**
 * Lua functions that read which lifetimes access tokens of a partition were handed out with. Their key expires with the last
 * of those tokens (or up to a minute later), and holds the longest lifetime of this turn, that of the turn before, and when
 * this turn is over. A turn is as long as the longest lifetime of the one before, so a lifetime is known for as long as a
 * token that has it may live.
 *
 * - `until_last` answers how long the last access token handed out may live.
 * - `longest_lifetime` answers the longest lifetime of any that may be alive.
 *
 * Both answer not less than a lifetime of today's settings, which know nothing of other services and releases.
 */
export const handedOutFunctions = `
local function lifetimes_of(handed_out)
  local known = redis.call('GET', handed_out)
  if not known then return 0, 0, 0 end
  return struct.unpack('>ddd', known)
end
local function until_last(handed_out, lifetime)
  return math.max(redis.call('PTTL', handed_out), lifetime)
end
local function longest_lifetime(handed_out, lifetime)
  local longest, before = lifetimes_of(handed_out)
  return math.max(longest, before, lifetime)
end
`;
