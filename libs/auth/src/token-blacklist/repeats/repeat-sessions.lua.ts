import { RedisScript } from '../../redis/redis-script.js';
import { revocationFunctions } from '../../subjects/revocation-functions.lua.js';

/**
 * Ends sessions again whose end was lost: the record is there, or no end mark refuses access tokens that may be alive.
 *
 * KEYS 1 feed, 2 revision, 3 lifetimes handed out, then index, record and end mark of each session. ARGV 1 longest lifetime of
 * an access token in ms, 2 ms the feed is kept (0 = no feed), then for each its id and 'young' (its access tokens may be
 * alive) or 'old'. Reply: the revision, 0 when nothing was missing.
 */
export const repeatSessionsScript = new RedisScript(
  'repeat-sessions',
  `${revocationFunctions}
local ttl, is_missing = until_last(KEYS[3], tonumber(ARGV[1])), false
for at = 4, #KEYS, 3 do
  local place = (at - 4) / 3 * 2 + 3
  local id, is_young = ARGV[place], ARGV[place + 1] == 'young'
  local record, mark = KEYS[at + 1], KEYS[at + 2]
  if redis.call('EXISTS', record) == 1 or is_young and redis.call('EXISTS', mark) == 0 then
    end_session(record, KEYS[at], mark, id, ttl)
    note(KEYS[1], tonumber(ARGV[2]), KEYS[3], 'session', id)
    is_missing = true
  end
end
return is_missing and advance_revision(KEYS[2]) or 0
`,
);
