/**
 * Lua functions for the record of a session: one string that holds seven numbers (56 bytes, big-endian doubles) and then
 * the immutable facts as JSON. A hash of the same content takes twice the memory and more commands.
 */
export const sessionRecordFunctions = `
local STATE = '>ddddddd'
local function read_state(record)
  local state = redis.call('GETRANGE', record, 0, 55)
  if state == '' then return nil end
  -- created, used, idle expiry, absolute expiry, generation, time of the last rotation, epoch at login
  return struct.unpack(STATE, state)
end
local function write_state(record, ...)
  redis.call('SETRANGE', record, 0, struct.pack(STATE, ...))
end
local function subject_of(record)
  local facts = redis.call('GETRANGE', record, 56, -1)
  return facts ~= '' and cjson.decode(facts).subject
end
`;

/** Where the facts begin in a record, in bytes. */
export const FACTS_OFFSET = 56;
