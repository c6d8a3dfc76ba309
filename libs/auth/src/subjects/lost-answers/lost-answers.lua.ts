/**
 * Lua functions for what is remembered of a session whose answers were taken for lost: one string, for each generation that had
 * such answers its number and that of the answer that counts (16 bytes, big-endian doubles), the newest last. It is written when
 * an answer is taken for lost, so whoever rotates later can't forget it, and expires with the last access token that it may refuse.
 *
 * - `last_answer` answers the number of the answer that counts of a generation, if that is the newest in the string. The record
 *   holds the rest of that number by MOST_ANSWERS alone.
 * - `with_answer` answers the string with the answer that counts from now on. It holds MOST_REMEMBERED generations at most.
 * - `is_lost` answers whether an access token came with an answer that doesn't count. Where the string is full, whatever is
 *   older than it may have been dropped from it, and doesn't count either.
 */
export const lostAnswerFunctions = `
local ENTRY = '>dd'
local ENTRY_BYTES, MOST_REMEMBERED = 16, 32
local function last_answer(known, generation)
  if not known or #known < ENTRY_BYTES then return nil end
  local of, counting = struct.unpack(ENTRY, known, #known - ENTRY_BYTES + 1)
  return of == generation and counting or nil
end
local function with_answer(known, generation, answer)
  if last_answer(known, generation) then known = known:sub(1, -ENTRY_BYTES - 1) end
  return ((known or '') .. struct.pack(ENTRY, generation, answer)):sub(-MOST_REMEMBERED * ENTRY_BYTES)
end
local function is_lost(known, generation, answer)
  if not known then return false end
  local is_full = #known >= MOST_REMEMBERED * ENTRY_BYTES
  for at = 1, #known - ENTRY_BYTES + 1, ENTRY_BYTES do
    local of, counting = struct.unpack(ENTRY, known, at)
    if of == generation then return counting ~= answer end
    if at == 1 and is_full and generation < of then return true end
  end
  return false
end
`;
