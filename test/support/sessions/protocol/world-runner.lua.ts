/** A script as the runner holds it: its name, and what it does. */
export interface RunnableScript {
  readonly name: string;
  readonly body: string;
}

/**
 * Runs scripts on worlds, each for itself: writes the keys of a world, runs one script under the world's own time, reads the keys again
 * and deletes them. A thousand worlds are one round trip, and what runs is the text of the script, on real keys with real lifetimes.
 *
 * Keys are kept with the instant at which they expire, which is a multiple of QUANTUM. They are written with a little more, and read
 * to the nearest multiple, so how long the server takes makes no difference. The feed and the revision aren't
 * kept: of the feed is told what was appended, and the revision is a number that only grows.
 *
 * ARGV for each world: name of the script, time, how much the clock of the asking instance is ahead, keys of the world (`key, end or -1,
 * kind, value` each), KEYS and ARGV of the script; the last three are packed, each part with its length in front.
 * Reply for each world: {reply, or {err}}, its keys, what the feed was told (kind, id, …), keys that never expire, whether it has decided.
 */
export function worldRunner(scripts: readonly RunnableScript[], quantumMs: number): string {
  const clock = `local function now_us() return now * 1000 end
local function now_ms() return now end
local function instance_ms() return now + ahead end`;
  const functions = scripts.map(
    ({ name, body }) => `['${name}'] = function(KEYS, ARGV, now, ahead)\n${clock}\n${body}\nend`,
  );
  return `
local scripts = {
['call'] = function(KEYS, ARGV) return redis.call(unpack(ARGV)) end,
${functions.join(',\n')}
}
local QUANTUM = ${quantumMs}
local function unpacked(text)
  local parts, at = {}, 1
  while at <= #text do parts[#parts + 1], at = struct.unpack('>I4c0', text, at) end
  return parts
end
local function packed(parts)
  for i, part in ipairs(parts) do parts[i] = struct.pack('>I4c0', #part, part) end
  return table.concat(parts)
end
local function write_world(world, now)
  local parts = unpacked(world)
  for i = 1, #parts, 4 do
    local key, ends, kind, value = parts[i], tonumber(parts[i + 1]), parts[i + 2], parts[i + 3]
    if ends < 0 or ends > now then
      if kind == 'zset' then redis.call('ZADD', key, unpack(unpacked(value))) else redis.call('SET', key, value) end
      if ends >= 0 then redis.call('PEXPIRE', key, ends - now + QUANTUM / 5) end
    end
  end
end
local function scores_of(key)
  local members = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  for i = 1, #members, 2 do members[i], members[i + 1] = members[i + 1], members[i] end
  return packed(members)
end
local function read_world(now)
  local keys = redis.call('KEYS', '*')
  table.sort(keys)
  local parts, told, lasting, decided = {}, {}, {}, 0
  for _, key in ipairs(keys) do
    local kind, left = redis.call('TYPE', key).ok, redis.call('PTTL', key)
    if key:sub(-9) == ':revision' then
      decided = 1
    else
      if left < 0 then lasting[#lasting + 1] = key end
      if kind == 'stream' then
        for _, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do
          told[#told + 1], told[#told + 2] = entry[2][1], entry[2][2]
        end
      else
        local ends = left < 0 and -1 or now + math.floor(left / QUANTUM + 0.5) * QUANTUM
        parts[#parts + 1] = key
        parts[#parts + 1] = string.format('%.0f', ends)
        parts[#parts + 1] = kind
        parts[#parts + 1] = kind == 'zset' and scores_of(key) or redis.call('GET', key)
      end
    end
  end
  if #keys > 0 then redis.call('DEL', unpack(keys)) end
  return packed(parts), told, lasting, decided
end
local replies = {}
for i = 1, #ARGV, 6 do
  local now = tonumber(ARGV[i + 1])
  write_world(ARGV[i + 3], now)
  local is_done, reply = pcall(scripts[ARGV[i]], unpacked(ARGV[i + 4]), unpacked(ARGV[i + 5]), now, tonumber(ARGV[i + 2]))
  if not is_done then reply = {err = type(reply) == 'table' and reply.err or tostring(reply)} end
  replies[#replies + 1] = {{reply}, read_world(now)}
end
return replies
`;
}
