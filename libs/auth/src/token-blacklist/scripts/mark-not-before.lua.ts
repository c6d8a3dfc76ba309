import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';

/**
 * Refuses what another issuer issued until an instant, for as long as any service may accept it. A mark never moves back, and
 * its life is never shortened. One that is there already makes repeating it do nothing.
 *
 * KEYS 1 mark, 2 longest lifetime accepted of this issuer, 3 feed, 4 revision, 5 lifetimes handed out. ARGV 1 the instant in ms,
 * or '' for now, 2 ms by which the issuer may be ahead of now, 3 ms to keep the mark at least, '' for ever, 4 ms the feed is kept
 * (0 = no feed), 5 what it concerns ('' = nothing for the feed), 6 its id, 7 until when to keep the mark at least for tokens that
 * aren't the issuer's, epoch ms. Reply: {the instant, the revision}.
 */
export const markNotBeforeScript = new RedisScript(
  'mark-not-before',
  `${revocationFunctions}
local repeated, known = tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[1])) or -1
if repeated and known >= repeated then
  return {string.format('%.0f', known), redis.call('GET', KEYS[4]) or '0'}
end
local instant = string.format('%.0f', math.max(known, repeated or now_ms() + tonumber(ARGV[2])))
local kept = math.max(tonumber(ARGV[3]) or 0, tonumber(redis.call('GET', KEYS[2])) or 0)
if ARGV[3] == '' then
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[1], instant)
else put(KEYS[1], instant, math.max(kept, tonumber(ARGV[7]) - now_ms()))
end
local feed_ttl = tonumber(ARGV[4])
if ARGV[5] ~= '' and feed_ttl > 0 then
  -- The feed has to be kept for as long as what it tells of.
  hand_out(KEYS[5], kept)
  note(KEYS[3], feed_ttl, KEYS[5], ARGV[5], ARGV[6])
end
return {instant, advance_revision(KEYS[4])}
`,
);
