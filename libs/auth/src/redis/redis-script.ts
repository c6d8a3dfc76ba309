import { createHash } from 'node:crypto';

// Scripts tell the time through these two only; tests put a clock of their own in their place.
const SERVER_CLOCK = `
local function now_us()
  local t = redis.call('TIME')
  return t[1] * 1000000 + t[2]
end
local function now_ms()
  return math.floor(now_us() / 1000)
end
`;

/** A Lua script with its SHA-1, ready for EVALSHA. `now_ms()` and `now_us()` are defined in each (Redis clock). */
export class RedisScript {
  /** Full source: the clock functions and the body. */
  readonly source: string;
  /** SHA-1 of the source as Redis computes it. */
  readonly sha: string;

  constructor(
    readonly name: string,
    readonly body: string,
    clock: string = SERVER_CLOCK,
  ) {
    this.source = `${clock}${body}`;
    this.sha = createHash('sha1').update(this.source).digest('hex');
  }

  /** The same script under a clock that stands at `epochMs` (for tests). */
  at(epochMs: number): RedisScript {
    const frozen = `
local function now_us() return ${epochMs * 1000} end
local function now_ms() return ${epochMs} end
`;
    return new RedisScript(this.name, this.body, frozen);
  }
}
