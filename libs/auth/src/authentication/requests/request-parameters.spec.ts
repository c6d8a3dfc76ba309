import type { CredentialRequest } from './credentials.js';
import { parametersOf } from './request-parameters.js';

const names = ['username', 'password', 'scope'] as const;
const form = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=utf-8' };
const json = { 'content-type': 'application/json; charset=utf-8' };
const read = (body: unknown, more: Partial<CredentialRequest> = {}) =>
  parametersOf({ headers: json, ...more, body }, names);
const wide = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 1]));
const deep = (): unknown => JSON.parse('['.repeat(40_000) + ']'.repeat(40_000));

describe('[10-11] parametersOf', () => {
  it('reads what is asked for, into an object without a prototype, and nothing else', () => {
    const parameters = read({ username: 'demo', password: 'pw', admin: true, other: null });
    expect({ ...parameters }).toEqual({ username: 'demo', password: 'pw' });
    expect(Object.getPrototypeOf(parameters)).toBeNull();
  });

  it('takes a parameter without a value for one that was omitted (RFC 6749 §3.2)', () => {
    expect({ ...read({ username: '', password: null, scope: undefined }) }).toEqual({});
  });

  it.each([undefined, null, 5, true, 'username=demo', Buffer.alloc(100), Object.create({ username: 'x' })])(
    'finds no parameters in %p',
    (body) => {
      expect({ ...read(body) }).toEqual({});
    },
  );

  it.each<[string, unknown, Partial<CredentialRequest>?]>([
    ['a list', [{ username: 'demo' }]],
    ['a nested parameter', { username: { $ne: null } }],
    ['a repeated parameter', { username: ['a', 'b'] }],
    ['an unknown parameter that is repeated', { username: 'a', other: ['a', 'b'] }],
    ['a number', { username: 5 }],
    ['a flag', { username: true }],
    ['one member more than are read', wide(65)],
    ['a long body', { username: 'a' }, { headers: { ...json, 'content-length': '65537' } }],
    ['brackets of a form', { username: 'a', 'scope[]': 'b' }, { headers: form }],
    [
      'a member repeated in the text',
      { username: 'a' },
      { rawBody: Buffer.from('{"username":"b","username":"a"}') },
    ],
  ])('refuses %s', (_what, body, more = {}) => {
    expect(() => read(body, more)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  // Made in the test: the runner prints and sends what a table holds.
  it.each<[string, () => unknown]>([
    ['an unknown parameter that is deep', () => ({ username: 'a', other: deep() })],
    ['very many members', () => ({ username: 'a', ...wide(200_000) })],
  ])('refuses %s', (_what, body) => {
    expect(() => read(body())).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it.each<[string, unknown, Partial<CredentialRequest>?]>([
    ['as many members as are read', { ...wide(63), username: 'a' }],
    ['a body as long as may be', { username: 'a' }, { headers: { ...json, 'content-length': '65536' } }],
    ['brackets in JSON', { username: 'a', 'scope[]': 'b' }],
    ['a text without repetition', { username: 'a' }, { rawBody: Buffer.from('{"username":"a"}') }],
    ['the text of a form', { username: 'a' }, { headers: form, rawBody: Buffer.from('username=a') }],
  ])('takes %s', (_what, body, more = {}) => {
    expect(read(body, more).username).toBe('a');
  });
});
