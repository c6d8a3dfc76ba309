/**
 * Lua functions for the record of a session: one string that holds seven numbers (56 bytes, big-endian doubles) and then
 * the facts as JSON. A hash of the same content takes twice the memory and more commands. No script decodes
 * the facts, since clients choose texts in them: a script that can fail is a session that can't be ended.
 *
 * The sixth number is when the current generation was handed out last, or was used first. Its fraction, in 1024ths of a
 * millisecond, tells how many answers before were taken for lost (the rest by 512), and in its upper half that nobody has used the
 * generation yet. The second number is always the time of the rotation. Releases that don't know of this count their
 * window from the sixth, and what they rotate counts as used at once.
 */
export const sessionRecordFunctions = `
local STATE = '>ddddddd'
local function read_state(record)
  local state = redis.call('GETRANGE', record, 0, 55)
  -- One that is cut off is none: it must not keep the subject's other sessions from being listed and ended.
  if #state < 56 then return nil end
  -- created, used, idle expiry, absolute expiry, generation, last answer or first use, epoch at login
  return struct.unpack(STATE, state)
end
local function write_state(record, ...)
  redis.call('SETRANGE', record, 0, struct.pack(STATE, ...))
end
local function state_of(record)
  return redis.call('GETRANGE', record, 0, 55)
end
local MOST_ANSWERS = 512
local function read_answer(stored)
  local since = math.floor(stored)
  local fraction = (stored - since) * 1024
  return since, fraction % MOST_ANSWERS, fraction < MOST_ANSWERS
end
local function answered(since, answer, is_used)
  return since + (is_used and answer or answer + MOST_ANSWERS) / 1024
end
local function write_answer(record, stored)
  return redis.pcall('SETRANGE', record, 40, struct.pack('>d', stored))
end
local function facts_of(record)
  return redis.call('GETRANGE', record, 56, -1)
end
`;

/** Where the facts begin in a record, in bytes. */
export const FACTS_OFFSET = 56;
