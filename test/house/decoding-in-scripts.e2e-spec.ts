import { RedisScript } from '../../libs/auth/src/redis/redis-script.js';
import { luaEvents } from './lua-events.js';
import { absolute, nodesOf, parsed, sourcePaths } from './sources.js';
import ts from 'typescript';

/**
 * Scripts that still decode before they have written everything, or that a text can make fail: a client who chooses it
 * keeps a session from ending. This list may only shrink.
 */
const STILL_DECODING: readonly string[] = [];

/** What is wrong with a script: nothing is decoded before the last write, and no decoding can make a script fail. */
function mistakesOf(source: string): readonly string[] {
  const events = luaEvents(source);
  const decodings = events.filter(({ kind }) => kind === 'decodes');
  const writes = events.filter(({ kind }) => kind === 'writes');
  const early = decodings.filter(({ from }) => writes.some(({ to }) => to >= from));
  return [
    ...early.map(({ what }) => `${what} comes before a write`),
    ...decodings.filter(({ caught }) => !caught).map(({ what }) => `${what} can fail`),
  ];
}

async function scriptsOf(path: string): Promise<readonly RedisScript[]> {
  const exported = Object.values((await import(absolute(path))) as Record<string, unknown>);
  return exported
    .flatMap((value) => (isPlain(value) ? Object.values(value) : [value]))
    .filter((value): value is RedisScript => value instanceof RedisScript);
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const luaPaths = sourcePaths('libs/auth/src').filter((path) => path.endsWith('.lua.ts'));

describe('decoding in scripts', () => {
  it.each([
    [
      'acts, then decodes with care',
      `redis.call('DEL', KEYS[1]) local ok = pcall(cjson.decode, ARGV[1])`,
      [],
    ],
    [
      'decodes, then acts',
      `local x = cjson.decode(ARGV[1]) redis.call('DEL', KEYS[1])`,
      ['cjson.decode comes before a write', 'cjson.decode can fail'],
    ],
    [
      'decodes with care, then acts',
      `local ok, x = pcall(cjson.decode, ARGV[1]) redis.call('DEL', KEYS[1])`,
      ['cjson.decode comes before a write'],
    ],
    [
      'acts, then decodes',
      `redis.call('DEL', KEYS[1]) return cjson.decode(ARGV[1])`,
      ['cjson.decode can fail'],
    ],
    ['reads and decodes', `return cjson.decode(redis.call('GET', KEYS[1])).x`, ['cjson.decode can fail']],
    [
      'does both in a loop',
      `for i = 1, 2 do redis.call('DEL', KEYS[i]) local ok = pcall(cjson.decode, ARGV[i]) end`,
      ['cjson.decode comes before a write'],
    ],
    [
      'decodes in a function',
      `local function f(t) return cjson.decode(t) end local x = f(ARGV[1]) redis.call('DEL', KEYS[1])`,
      ['cjson.decode comes before a write', 'cjson.decode can fail'],
    ],
    ['has a function that nobody calls', `local function f(t) return cjson.decode(t) end return 1`, []],
    [
      'unpacks numbers',
      `local n = struct.unpack('>dd', redis.call('GET', KEYS[1])) redis.call('DEL', KEYS[1])`,
      [],
    ],
    [
      'unpacks numbers by a name',
      `local S = '>dd' local n = struct.unpack(S, ARGV[1]) redis.call('DEL', KEYS[1])`,
      [],
    ],
    ['unpacks text', `return struct.unpack('>ds', ARGV[1])`, ['struct.unpack can fail']],
    ['matches text', `return string.match(ARGV[1], '(a*)*b')`, ['string.match can fail']],
    ['speaks of it', `-- cjson.decode(x)\nlocal t = 'cjson.decode(x)' redis.call('DEL', KEYS[1])`, []],
  ])('is judged in a script that %s', (_what, source, mistakes) => {
    expect(mistakesOf(source)).toEqual(mistakes);
  });

  it('is done by no script that could still write, and can make none fail', async () => {
    const scripts = (await Promise.all(luaPaths.map(scriptsOf))).flat();
    expect(scripts.length).toBeGreaterThan(15);
    expect(
      scripts.every(({ body }) => luaEvents(body).length > 0 || !/redis\.call\('(?:SET|DEL)/.test(body)),
    ).toBe(true);
    const decoding = scripts.filter(({ body }) => mistakesOf(body).length > 0).map(({ name }) => name);
    expect(decoding.sort()).toEqual(STILL_DECODING);
  });

  it('is looked for everywhere: scripts are made in *.lua.ts only', () => {
    const makers = sourcePaths('libs/auth/src').filter((path) =>
      [...nodesOf(parsed(path))].some(
        (node) => ts.isNewExpression(node) && node.expression.getText() === 'RedisScript',
      ),
    );
    expect(makers.filter((path) => !path.endsWith('.lua.ts'))).toEqual([
      'libs/auth/src/redis/redis-script.ts',
    ]);
  });
});
