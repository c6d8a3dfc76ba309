import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';

/**
 * Refuses everything that another issuer issued so far, because the server came back with older data. Once per start of a
 * server, however many instances noticed; each of them says once more how long tokens live that it accepts.
 *
 * KEYS 1 until when everything is refused, 2 start that was acted upon, 3 revision, 4 longest lifetime accepted of this issuer.
 * ARGV 1 the start, 2 ms by which the issuer may be ahead, 3 longest lifetime accepted now, in ms: the start is remembered for
 * as long. Reply: the revision.
 */
export const raiseIssuerScript = new RedisScript(
  'raise-issuer',
  `${revocationFunctions}
local accepted = tonumber(ARGV[3])
if accepted > (tonumber(redis.call('GET', KEYS[4])) or 0) then
  redis.call('DEL', KEYS[4])
  redis.call('SET', KEYS[4], string.format('%.0f', accepted))
end
if redis.call('GET', KEYS[2]) == ARGV[1] then return tonumber(redis.call('GET', KEYS[3])) or 0 end
put(KEYS[2], ARGV[1], accepted)
local instant = math.max(tonumber(redis.call('GET', KEYS[1])) or 0, now_ms() + tonumber(ARGV[2]))
redis.call('SET', KEYS[1], string.format('%.0f', instant))
return advance_revision(KEYS[3])
`,
);
