/** Something a Lua script does that matters to the order of its steps. */
export interface LuaEvent {
  readonly kind: 'decodes' | 'writes';
  /** What does it: the command, or the function that decodes. */
  readonly what: string;
  /** Where it can happen first and last, counted in tokens; a loop is one place as long as the loop. */
  readonly from: number;
  readonly to: number;
  /** Whether a failure of it is caught (`pcall`). */
  readonly caught: boolean;
}

const TOKEN = /--\[\[[\s\S]*?\]\]|--[^\n]*|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[\w.:]+|[^\s\w]/g;
const OPENS = new Set(['function', 'if', 'do', 'repeat']);
const LOOPS = new Set(['for', 'while', 'repeat']);
const CLOSES = new Set(['end', 'until']);

const READS = new Set(
  (
    'EXISTS GET GETRANGE HEXISTS HGET HGETALL HLEN HMGET HSCAN MGET PTTL SCARD SISMEMBER SMEMBERS STRLEN TIME TTL TYPE ' +
    'XLEN XRANGE XREAD ZCARD ZCOUNT ZRANGE ZRANGEBYSCORE ZREVRANGE ZSCORE'
  ).split(' '),
);
const CALLS = new Set(['redis.call', 'redis.pcall', 'call']);
// Each fails, or runs for long, at a text of the wrong shape.
const DECODERS =
  /^(?:cjson\.decode|cmsgpack\.unpack\w*|loadstring|string\.(?:match|gmatch|find|gsub)|\w+:(?:match|gmatch|find|gsub))$/;
const UNPACKS = new Set(['struct.unpack', 'unpacked']);
// A format of nothing but numbers reads what we wrote ourselves: clients choose texts.
const NUMBERS_ONLY = /^'[<>=!]?(?:[dfbBhHlLiIT]\d*)+'$/;

/** What a script decodes and writes, in order; functions of its own are followed into. */
export function luaEvents(source: string): readonly LuaEvent[] {
  const tokens = (source.match(TOKEN) ?? []).filter((token) => !token.startsWith('--'));
  return new Walk(tokens).events();
}

class Walk {
  private readonly found: LuaEvent[] = [];
  private readonly bodies = new Map<string, readonly [number, number]>();
  private readonly constants = new Map<string, string>();
  private readonly following: string[] = [];
  private clock = 0;

  constructor(private readonly tokens: readonly string[]) {}

  events(): readonly LuaEvent[] {
    this.steps(0, this.tokens.length);
    return this.found;
  }

  private steps(start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const word = this.tokens[at] ?? '';
      this.clock++;
      if (word === 'function') at = this.define(at);
      else if (LOOPS.has(word)) at = this.loop(at);
      else if (word === 'local' && this.tokens[at + 2] === '=') this.learn(at);
      else if (this.tokens[at + 1] === '(') this.call(at, word);
      else if (this.mayBePassed(at)) this.decode(word, true);
    }
  }

  /** `pcall(cjson.decode, text)` names the decoder without calling it. */
  private mayBePassed(at: number): boolean {
    return DECODERS.test(this.tokens[at] ?? '') && this.tokens[at - 2] === 'pcall';
  }

  private learn(at: number): void {
    const [name = '', , value = ''] = this.tokens.slice(at + 1);
    if (value.startsWith("'")) this.constants.set(name, value);
  }

  private define(at: number): number {
    const end = this.endOf(at);
    const name = this.tokens[at + 1] ?? '';
    // One without a name may run at any time, so it counts where it stands.
    if (name === '(') this.steps(at + 1, end);
    else this.bodies.set(name, [at + 1, end]);
    return end;
  }

  private loop(at: number): number {
    const opening = this.tokens[at] === 'repeat' ? at : this.tokens.indexOf('do', at);
    const end = this.endOf(opening);
    this.asOnePlace(() => this.steps(at + 1, end));
    return end;
  }

  private asOnePlace(steps: () => void): void {
    const [first, from] = [this.found.length, this.clock];
    steps();
    const inside = this.found.splice(first);
    this.found.push(...inside.map((event) => ({ ...event, from, to: this.clock })));
  }

  /** The place of the word that closes the block opened at `at`; the `do` of a loop counts once. */
  private endOf(at: number): number {
    let depth = 0;
    for (let place = at; place < this.tokens.length; place++) {
      const word = this.tokens[place] ?? '';
      if (OPENS.has(word)) depth++;
      if (CLOSES.has(word) && --depth === 0) return place;
    }
    throw new Error(`a block of the script isn't closed: ${this.tokens.slice(at, at + 8).join(' ')}`);
  }

  private call(at: number, name: string): void {
    const argument = this.tokens[at + 2] ?? '';
    if (CALLS.has(name)) this.command(argument);
    else if (UNPACKS.has(name)) this.unpack(argument);
    else if (DECODERS.test(name)) this.decode(name, false);
    else this.follow(name);
  }

  private command(argument: string): void {
    const command = argument.replaceAll(/['"]/g, '').toUpperCase();
    if (!READS.has(command)) this.note('writes', command, false);
  }

  private unpack(format: string): void {
    const literal = this.constants.get(format) ?? format;
    if (!NUMBERS_ONLY.test(literal)) this.decode('struct.unpack', false);
  }

  private decode(name: string, caught: boolean): void {
    this.note('decodes', name, caught);
  }

  private note(kind: LuaEvent['kind'], what: string, caught: boolean): void {
    this.found.push({ kind, what, from: this.clock, to: this.clock, caught });
  }

  private follow(name: string): void {
    const body = this.bodies.get(name);
    if (body === undefined || this.following.includes(name)) return;
    this.following.push(name);
    // A function that calls itself is a loop.
    if (this.tokens.slice(...body).includes(name, 1)) this.asOnePlace(() => this.steps(body[0] + 1, body[1]));
    else this.steps(body[0] + 1, body[1]);
    this.following.pop();
  }
}
