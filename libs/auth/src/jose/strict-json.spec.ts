import { assert, dictionary, jsonValue, property, string } from 'fast-check';
import { MAX_DEPTH, parseStrictObject } from './strict-json.js';

const parse = (text: string): unknown => parseStrictObject(Buffer.from(text));
const nested = (depth: number): string => `{"a":`.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);

describe('parseStrictObject', () => {
  it('reads what JSON.parse reads', () =>
    assert(
      property(dictionary(string({ maxLength: 8 }), jsonValue({ maxDepth: 5 })), (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
        expect(parse(JSON.stringify(value, undefined, 2))).toEqual(JSON.parse(text));
      }),
    ));

  it('refuses any member that is named twice, however its name is written', () =>
    assert(
      property(dictionary(string({ maxLength: 8 }), jsonValue({ maxDepth: 2 })), string(), (value, name) => {
        const body = JSON.stringify({ ...value, [name]: 1 }).slice(1, -1);
        const escaped = escape(name);
        expect(parse(`{${body},${JSON.stringify(name)}:2}`)).toBeUndefined();
        expect(parse(`{"x":[{${body},"${escaped}":2}]}`)).toBeUndefined();
      }),
    ));

  it('lets the same name appear at different places', () => {
    const text = '{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":"a\\"a"}}';
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('bounds the depth', () => {
    expect(parse(nested(MAX_DEPTH))).toBeDefined();
    expect(parse(nested(MAX_DEPTH + 1))).toBeUndefined();
  });

  it.each(['', '[]', 'null', '"{}"', '1', '{', '{}x', '{"a":1,}', "{'a':1}", '\ufeff{}', '{"a":NaN}'])(
    'refuses %j',
    (text) => expect(parse(text)).toBeUndefined(),
  );

  it('refuses bytes that are not UTF-8', () => {
    expect(parseStrictObject(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBeUndefined();
  });

  it('takes __proto__ for a member like any other', () => {
    const value = parse('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(value['admin']).toBeUndefined();
  });
});

function escape(name: string): string {
  const units = name.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}
