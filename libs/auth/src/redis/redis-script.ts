import { createHash } from 'node:crypto';
import type { Clock } from '../kernel/clock.js';
import { isForbidden } from './outage/reply-errors.js';
import type { RedisConnection } from './redis-connection.js';

// Scripts read the time through these two functions only, so that tests can replace the clock.
const SERVER_CLOCK = `
local function now_us()
  local t = redis.call('TIME')
  return t[1] * 1000000 + t[2]
end
local function now_ms()
  return math.floor(now_us() / 1000)
end
`;

// Where Redis won't tell the time, the last argument is that of this process, in milliseconds.
const GIVEN_CLOCK = `
local given_ms = tonumber(table.remove(ARGV))
local function now_us() return given_ms * 1000 end
local function now_ms() return given_ms end
`;

/** A Lua script with its SHA-1, ready for EVALSHA. `now_ms()` and `now_us()` are defined in each (Redis clock). */
export class RedisScript {
  /** Full source: the clock functions and the body. */
  readonly source: string;
  /** SHA-1 of the source as Redis computes it. */
  readonly sha: string;
  #timed: RedisScript | undefined;

  constructor(
    readonly name: string,
    readonly body: string,
    clock: string = SERVER_CLOCK,
  ) {
    this.source = `${clock}${body}`;
    this.sha = createHash('sha1').update(this.source).digest('hex');
  }

  /** The same script, which takes the time (epoch ms) as its last argument. */
  get timed(): RedisScript {
    return (this.#timed ??= new RedisScript(this.name, this.body, GIVEN_CLOCK));
  }
}

type Arguments = readonly (string | number | Buffer)[];

/** How scripts run where their SHA-1 alone won't do: the server doesn't know it, or another clock than the server's is used. */
export class ScriptFallback {
  /** Whether scripts are given a clock, so that {@link run} has to be used. */
  isNeeded: boolean;
  // It knows its password, and these are never shown.
  readonly #connection: RedisConnection;
  /** What was given as the time last; it never goes back. */
  private givenMs = 0;

  /** @param clock tests only: the clock that scripts see instead of the server's */
  constructor(
    connection: RedisConnection,
    private readonly clock?: Clock,
  ) {
    this.#connection = connection;
    this.isNeeded = clock !== undefined;
  }

  /** Runs a script under the clock that is given. */
  run(script: RedisScript, keys: readonly string[], args: Arguments): Promise<unknown> {
    return this.clock === undefined
      ? this.runTimed(script, keys, args)
      : this.send(script.timed, keys, [...args, this.clock.now()]);
  }

  /** Goes on after EVALSHA failed. @throws the same error where there is no other way */
  async after(
    error: unknown,
    script: RedisScript,
    keys: readonly string[],
    args: Arguments,
  ): Promise<unknown> {
    try {
      if (messageOf(error).startsWith('NOSCRIPT')) return await this.evaluate(script, keys, args);
      throw error;
    } catch (refusal) {
      if (!isForbidden(messageOf(refusal)) || !(await this.isTimeForbidden(keys))) throw refusal;
      this.isNeeded = true;
      return this.runTimed(script, keys, args);
    }
  }

  private runTimed(script: RedisScript, keys: readonly string[], args: Arguments): Promise<unknown> {
    this.givenMs = Math.max(this.givenMs, Date.now());
    return this.send(script.timed, keys, [...args, this.givenMs]);
  }

  /** What a script was refused isn't always said, so it is asked for by itself. */
  private async isTimeForbidden(keys: readonly string[]): Promise<boolean> {
    const reply = this.send(askTime, keys.slice(0, 1), []);
    return reply.then(
      () => false,
      (error: unknown) => isForbidden(messageOf(error)),
    );
  }

  private async send(script: RedisScript, keys: readonly string[], args: Arguments): Promise<unknown> {
    try {
      return await this.#connection.call('evalsha', script.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return this.evaluate(script, keys, args);
    }
  }

  private evaluate({ source }: RedisScript, keys: readonly string[], args: Arguments): Promise<unknown> {
    return this.#connection.call('eval', source, keys.length, ...keys, ...args);
  }
}

const askTime = new RedisScript('ask-time', 'return now_ms()');

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
