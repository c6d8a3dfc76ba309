import { plainClaims } from './plain-claims.js';

const cyclic: Record<string, unknown> = { inner: {} };
(cyclic['inner'] as Record<string, unknown>)['back'] = cyclic;

/** `depth` objects inside each other. */
const nested = (depth: number): unknown => (depth === 0 ? 1 : { x: nested(depth - 1) });

describe('[10-20] plainClaims', () => {
  it('copies plain data, and leaves out what is undefined', () => {
    const shared = { id: 7 };
    const claims = {
      text: 'a',
      number: -0.5,
      truth: false,
      nothing: null,
      missing: undefined,
      list: [1, [shared], {}],
      twice: [shared, shared],
      bare: Object.assign(Object.create(null) as object, { a: 1 }),
      toJSON: 'a word',
      deep: { constructor: 'c', toString: 's', gone: undefined },
    };
    const { missing: _, ...rest } = claims;
    const copied = plainClaims(claims);
    expect(copied).toEqual({ ...rest, bare: { a: 1 }, deep: { constructor: 'c', toString: 's' } });
    expect(copied['list']).not.toBe(claims.list);
    expect(JSON.parse(JSON.stringify(copied))).toEqual(JSON.parse(JSON.stringify(claims)));
  });

  it('keeps a member that is named __proto__ a member', () => {
    const copied = plainClaims(JSON.parse('{"a":{"__proto__":{"admin":true}}}'));
    expect(JSON.stringify(copied)).toBe('{"a":{"__proto__":{"admin":true}}}');
    expect((copied['a'] as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['a function', 'toJSON', { toJSON: () => ({ sub: 'admin' }) }],
    ['a toJSON inside', 'a', { a: { toJSON: () => 1 } }],
    ['a function', 'a', { a: () => 1 }],
    ['a symbol', 'a', { a: Symbol('x') }],
    ['a BigInt', 'a.b', { a: { b: 1n } }],
    ['NaN', 'a', { a: Number.NaN }],
    ['Infinity', 'a[1]', { a: [0, Infinity] }],
    ['undefined in a list', 'a[0]', { a: [undefined] }],
    ['a Date', 'since', { since: new Date(0) }],
    ['a Map', 'a', { a: new Map() }],
    ['a Buffer', 'a', { a: Buffer.from('x') }],
    ['an instance', 'a', { a: new (class Tenant {})() }],
    ['an inherited toJSON', 'a', { a: Object.create({ toJSON: () => ({}) }) }],
    ['a cycle', 'inner.back', cyclic],
    ['a list in itself', 'a[0]', ((a: unknown[]) => ({ a: (a.push(a), a) }))([])],
    ['deep nesting', 'a.x', { a: nested(16) }],
  ])('refuses %s by name: %s', (_name, path, claims) => {
    expect(() => plainClaims(claims)).toThrow(TypeError);
    expect(() => plainClaims(claims)).toThrow(`accessTokens.claims: "${path}`);
  });

  it('takes as much nesting as tokens may have', () => {
    expect(() => plainClaims({ a: nested(15) })).not.toThrow();
  });

  it.each([undefined, null, 'sub', 7, [{ a: 1 }]])('refuses the answer %j', (answer) => {
    expect(() => plainClaims(answer)).toThrow('accessTokens.claims: the answer is no object');
  });
});
