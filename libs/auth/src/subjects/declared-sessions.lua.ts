/**
 * Lua functions for scripts that end several sessions of a subject. Only the index knows which, but their keys must be
 * declared; so a script is called with the sessions that its last reply named. It ends CHUNK sessions at most: a
 * subject that has thousands doesn't keep the other clients of Redis waiting.
 *
 * - `declared_sessions` answers where record and end mark of each declared session are in KEYS.
 * - `are_declared` tells whether all of some sessions are.
 * - `end_declared` ends sessions that are.
 */
export const declaredSessionFunctions = `
local CHUNK = 100
local function declared_sessions(first_arg, first_key)
  local places = {}
  for i = first_arg, #ARGV do places[ARGV[i]] = 2 * (i - first_arg) + first_key end
  return places
end
local function are_declared(ids, places)
  for _, id in ipairs(ids) do
    if not places[id] then return false end
  end
  return true
end
local function end_declared(ids, places, index, mark_ttl)
  for _, id in ipairs(ids) do
    end_session(KEYS[places[id]], index, KEYS[places[id] + 1], id, mark_ttl)
  end
end
`;
