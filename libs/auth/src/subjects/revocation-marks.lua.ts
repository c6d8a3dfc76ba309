/**
 * Lua functions that read the marks of revocations.
 *
 * - `revocations_of` answers when the latest was made (0: none), and all of them as one text, to be compared with an earlier one.
 * - `sessions_ended_at` answers when one of the marks last ended sessions (0: never). One of two numbers is of an earlier
 *   release, and may have.
 * - `is_superseded` compares them with what began `age` ms ago, or knows of the revocations `known` (each empty for none).
 */
export const revocationMarkFunctions = `
local function revocations_of(...)
  local latest, revocations = 0, {}
  for _, key in ipairs({...}) do
    local mark, at, count = redis.call('GET', key), 0, 0
    if mark then at, count = struct.unpack('>dd', mark) end
    latest = math.max(latest, at)
    revocations[#revocations + 1] = string.format('%.0f/%.0f', at, count)
  end
  return latest, table.concat(revocations, ' ')
end
local function sessions_ended_at(...)
  local latest = 0
  for _, key in ipairs({...}) do
    local mark, ended = redis.call('GET', key), 0
    if mark and #mark < 24 then ended = struct.unpack('>d', mark)
    elseif mark then ended = select(3, struct.unpack('>ddd', mark)) end
    latest = math.max(latest, ended)
  end
  return latest
end
local function is_superseded(latest, revocations, age, known, kept)
  if known ~= '' then return revocations ~= known end
  if age == '' then return false end
  -- A mark may have expired during what takes longer than marks are kept.
  return latest >= now_ms() - tonumber(age) or tonumber(age) >= tonumber(kept)
end
`;

/**
 * Lua function `legacy_beginning`: it answers until when legacy tokens must have been issued to be refused, whatever is marked (-1:
 * there is no such time). Its key is written when a process starts; where it is gone later, so are all marks, and nobody knows
 * any more what was revoked or used.
 */
export const legacyBeginningFunction = `
local function legacy_beginning(key, kept_until)
  local known, now = tonumber(redis.call('GET', key)), now_ms()
  local ttl = tonumber(kept_until) - now
  if known or ttl <= 0 then return known or -1 end
  -- A full server refuses no write after this one.
  redis.call('DEL', key)
  redis.call('SET', key, string.format('%.0f', now), 'PX', ttl)
  return now
end
`;
