import { bearerTokenOf, type CredentialRequest, refreshTokenOf } from './credentials.js';

const form = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=utf-8' };
const json = { 'content-type': 'application/json' };

describe('bearerTokenOf', () => {
  const of = (authorization: string | string[] | undefined, more: Partial<CredentialRequest> = {}) =>
    bearerTokenOf({ ...more, headers: { ...more.headers, authorization } });

  it.each(['Bearer abc.def-_~+/=', 'bearer abc.def-_~+/=', 'BEARER   abc.def-_~+/='])(
    'reads %j',
    (header) => {
      expect(of(header)).toBe('abc.def-_~+/=');
    },
  );

  it.each([undefined, '', 'Basic YTpi', 'DPoP abc', 'Bearers abc', 'Bearer,abc'])(
    '[6750-15] finds no bearer credentials in %j',
    (header) => {
      expect(of(header)).toBeUndefined();
    },
  );

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer\tabc',
    'Bearer \u00e4',
    'Bearer a,Bearer b',
    'Bearer "abc"',
  ])('[6750-16] takes %j for a malformed one, not for none', (header) => {
    expect(() => of(header)).toThrow(expect.objectContaining({ code: 'invalid_token' }));
  });

  it.each<[string, string | string[], Partial<CredentialRequest>]>([
    ['two headers', ['Bearer a', 'Bearer b'], {}],
    ['a query without a URL', 'Bearer a', { query: { access_token: 'b' } }],
    ['a query', 'Bearer a', { url: '/x?access_token=b', query: { access_token: 'b' } }],
    ['a form', 'Bearer a', { headers: form, body: { access_token: 'b' } }],
    ['an empty one in the form', 'Bearer a', { headers: form, body: { access_token: '' } }],
  ])('[6750-14] refuses a second token: %s', (_name, header, more) => {
    expect(() => of(header, more)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it.each<[string, Partial<CredentialRequest>]>([
    ['JSON that happens to have the member', { headers: json, body: { access_token: 'b' } }],
    ['text', { headers: form, body: 'access_token=b' }],
    ['other parameters', { url: '/x?y=1', query: { y: '1' } }],
  ])('does not mind %s', (_name, more) => {
    expect(of('Bearer a', more)).toBe('a');
  });

  it('does not ask for the query of a URL that has none', () => {
    const request = {
      headers: { authorization: 'Bearer a' },
      url: '/x',
      get query(): unknown {
        throw new Error('parsed');
      },
    };
    expect(bearerTokenOf(request)).toBe('a');
  });

  it('reads 16 kB of anything in no time', () => {
    const startedAt = performance.now();
    for (const filler of [' ', 'a', '=', 'Bearer '])
      expect(() => of(`Bearer ${filler.repeat(16_384)}!`)).toThrow(
        expect.objectContaining({ code: 'invalid_token' }),
      );
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('refreshTokenOf', () => {
  const cookie = (text: string, body?: unknown) => refreshTokenOf({ headers: { cookie: text }, body }, 'rt');

  it.each<[string, string | undefined]>([
    ['rt=abc', 'abc'],
    ['a=1; rt=abc; b=2', 'abc'],
    ['rt=abc; rt=abc', 'abc'],
    ['rt=; rt=abc', 'abc'],
    ['rt=a=b', 'a=b'],
    ['rt=', undefined],
    ['xrt=abc', undefined],
    ['rtx=abc', undefined],
    ['', undefined],
  ])('reads the cookie header %j', (text, expected) => {
    expect(cookie(text)).toBe(expected);
  });

  it.each<[string, string, unknown]>([
    ['two cookies', 'rt=abc; rt=def', undefined],
    ['a cookie and a body', 'rt=abc', { refresh_token: 'abc' }],
    ['a list', '', { refresh_token: ['abc'] }],
    ['an object', '', { refresh_token: { 0: 'abc' } }],
    ['null', '', { refresh_token: null }],
    ['an empty text', '', { refresh_token: '' }],
  ])('[6749-3] refuses %s', (_name, text, body) => {
    expect(() => cookie(text, body)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it.each([undefined, null, 'refresh_token=abc', 5, [], {}, { __proto__: { refresh_token: 'abc' } }])(
    'finds none in the body %j',
    (body) => {
      expect(cookie('', body)).toBeUndefined();
    },
  );

  it('reads no cookie unless there is a name for it', () => {
    expect(refreshTokenOf({ headers: { cookie: 'undefined=abc' } }, undefined)).toBeUndefined();
  });
});
