import { RedisScript } from '../redis-script.js';

/**
 * Runs some scripts one after another, each as often as it is asked for. One that fails doesn't keep the next from running.
 *
 * KEYS  those of each run, one run after another; on a Cluster in one hash tag
 * ARGV  for each run the place of its script, how many keys and how many arguments it has, then these arguments
 * Reply for each run a list of its reply, or nothing where it failed
 */
export function jointScript(name: string, scripts: readonly RedisScript[]): RedisScript {
  const functions = scripts.map(({ body }) => `function (KEYS, ARGV)\n${body}\nend`);
  return new RedisScript(
    name,
    `
local scripts = {\n${functions.join(',\n')}\n}
local replies, key, arg = {}, 0, 1
while arg <= #ARGV do
  local script, keys, args = scripts[tonumber(ARGV[arg])], {}, {}
  for place = 1, tonumber(ARGV[arg + 1]) do keys[place] = KEYS[key + place] end
  for place = 1, tonumber(ARGV[arg + 2]) do args[place] = ARGV[arg + 2 + place] end
  key, arg = key + #keys, arg + 3 + #args
  local is_done, reply = pcall(script, keys, args)
  replies[#replies + 1] = is_done and { reply } or false
end
return replies
`,
  );
}
