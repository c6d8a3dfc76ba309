import { leastMs } from '../../../../../test/support/cost.js';
import { bearerTokenOf, type CredentialRequest, singleHeader } from './credentials.js';

const form = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=utf-8' };
const json = { 'content-type': 'application/json' };
// A pattern that goes back over what it has read takes thousands of times as long.
const MANY_TIMES = 100;
const LEAST_BOUND_MS = 20;

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

  it.each([' ', 'a', '=', 'Bearer '])(
    'refuses 16 kB of "%s" as fast as it takes a token of that length',
    async (filler) => {
      const good = `Bearer ${'a'.repeat(16_384)}`;
      const bad = `Bearer ${filler.repeat(16_384)}!`;
      const boundMs = Math.max(MANY_TIMES * (await leastMs(() => of(good), 0)), LEAST_BOUND_MS);
      const refuse = (): void =>
        expect(() => of(bad)).toThrow(expect.objectContaining({ code: 'invalid_token' }));
      expect(await leastMs(refuse, boundMs)).toBeLessThanOrEqual(boundMs);
    },
  );
});

describe('singleHeader', () => {
  it.each<[string, Partial<CredentialRequest>, string | undefined]>([
    ['none', {}, undefined],
    ['an empty one', { headers: { 'x-key': '' } }, undefined],
    ['one', { headers: { 'x-key': 'a b' }, rawHeaders: ['X-Key', 'a b', 'X-Keys', 'x-key'] }, 'a b'],
  ])('finds %s', (_name, request, value) => {
    expect(singleHeader({ headers: {}, ...request }, 'x-key')).toBe(value);
  });

  it.each<[string, CredentialRequest]>([
    ['values in a line', { headers: { 'x-key': 'a, a' } }],
    ['an empty value and another', { headers: { 'x-key': ', a' } }],
    ['a list', { headers: { 'x-key': ['a'] } }],
    ['lines', { headers: { 'x-key': 'a' }, rawHeaders: ['x-key', 'a', 'X-KEY', 'a'] }],
    ['lines, the first one empty', { headers: { 'x-key': '' }, rawHeaders: ['x-key', '', 'x-key', 'a'] }],
    ['lines on Fastify', { headers: { 'x-key': 'a' }, raw: { rawHeaders: ['x-key', 'a', 'x-key', 'b'] } }],
  ])('refuses two: %s', (_name, request) => {
    expect(() => singleHeader(request, 'x-key')).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: 'the request has more than one x-key header',
      }),
    );
  });
});
