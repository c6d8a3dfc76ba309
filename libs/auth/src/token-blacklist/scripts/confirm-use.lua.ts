import { RedisScript } from '../../redis/redis-script.js';
import { lostAnswerFunctions } from '../../subjects/lost-answers/lost-answers.lua.js';
import { sessionRecordFunctions } from '../../subjects/session-record.lua.js';

/**
 * Checks an access token that is used for the first time. Unless it is refused, the generation that it was handed out with is
 * confirmed, if that is still the current one of the session. One above it was lost by a failover, and can be confirmed once it
 * is handed out again. A token is refused as well when it came with an answer that was taken for lost. A server that takes no writes (a replica) answers the check all the same, as it does elsewhere.
 *
 * KEYS 1 record, 2 subject epoch, 3 client epoch, 4 global epoch, 5 end mark, 6 token, 7 answers that count. ARGV 1 generation, 2 number of the
 * answer, 3 epoch of the token (empty = none). Reply: 'revoked' | 'confirmed' | 'unconfirmed'.
 */
export const confirmUseScript = new RedisScript(
  'confirm-use',
  `${sessionRecordFunctions}${lostAnswerFunctions}
local subject, client, all, ended, revoked, counting = unpack(redis.call('MGET', unpack(KEYS, 2, 7)))
local epoch = (tonumber(subject) or 0) + (tonumber(client) or 0) + (tonumber(all) or 0)
local outdated = ARGV[3] ~= '' and epoch ~= tonumber(ARGV[3])
if outdated or ended or revoked then return 'revoked' end
local of, number = tonumber(ARGV[1]), tonumber(ARGV[2])
if is_lost(counting, of, number) then return 'revoked' end

local _, _, _, _, generation, stored = read_state(KEYS[1])
if not generation or of < generation then return 'confirmed' end
if of > generation then return 'unconfirmed' end
local _, answer, is_used = read_answer(stored)
if answer ~= number % MOST_ANSWERS then return 'revoked' end
if is_used then return 'confirmed' end
local function confirm()
  return type(write_answer(KEYS[1], answered(now_ms(), answer, true))) == 'number'
end
if confirm() then return 'confirmed' end
-- A full server refuses no write after one that could only have freed memory; the lifetime stays as it is.
local left = redis.call('PTTL', KEYS[1])
if left > 0 then redis.pcall('PEXPIRE', KEYS[1], left) end
return confirm() and 'confirmed' or 'unconfirmed'
`,
);
