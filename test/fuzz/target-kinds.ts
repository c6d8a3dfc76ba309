import { METHODS } from 'node:http';
import * as fc from 'fast-check';
import { ACCESS, anyRoute, goodRequest, type Kind, routes } from './kind.js';
import type { RawRequest } from './raw-http.js';

const signedIn: RawRequest['headers'] = [['Authorization', `Bearer ${ACCESS}`]];
const at = (requests: fc.Arbitrary<readonly [string, string]>): fc.Arbitrary<RawRequest> =>
  fc.tuple(requests, fc.boolean()).map(([[method, target], isSignedIn]) => ({
    ...goodRequest([method, target]),
    headers: [...goodRequest([method, target]).headers, ...(isSignedIn ? signedIn : [])],
  }));

const IDS = [
  '%F0%9F%A6%8A',
  '%C3%A9',
  '%00',
  '%0d%0aSet-Cookie:x=y',
  '..',
  '%2e%2e',
  '..%2f..%2fme',
  '%2F',
  '.',
  '__proto__',
  'constructor',
  '*',
  '%7Bx%7D',
  "'%20OR%201=1",
  ';x=y',
  '%25',
  '%2500',
  '-1',
  '0',
  '00000000-0000-0000-0000-000000000000',
  'a:b',
  '[x]',
  '%EF%BF%BD',
  '{x}:0',
  'x%20y',
  '@',
  '~',
  '%5C',
];
const LONG = [99, 100, 101, 500, 5_000, 12_000].map((length) => 'a'.repeat(length));
const NO_URL = [
  'http://[/auth/me',
  'http://[',
  'http://a b/auth/me',
  '//[',
  'http://%/auth/me',
  'http://:x@:y/auth/me',
];
const BROKEN = ['%', '%%', '%G0', '%ff', '%c0%80', '%ed%a0%80', '%E2%82', '%u0041', '%F0%9F%A6'];
const withId = (ids: readonly string[]): fc.Arbitrary<readonly [string, string]> =>
  fc
    .tuple(
      fc.constantFrom(
        ['DELETE', '/auth/sessions/'],
        ['GET', '/host/things/'],
        ['GET', '/auth/'],
        ['POST', '/auth/'],
      ),
      fc.constantFrom(...ids),
    )
    .map(([[method = '', folder = ''], id]) => [method, folder + id] as const);

const QUERIES = [
  `?access_token=${ACCESS}`,
  '?access_token=x&access_token=y',
  '?access_token[]=x',
  '?__proto__[x]=y',
  `?${'a[b]'.repeat(1_500)}=x`,
  `?${'k=x&'.repeat(3_000)}`,
  '?%',
  '?%ff=%',
  '?=',
  '??',
  '?a=b?c=d',
  '?constructor[prototype][x]=y',
  '?%00',
  '#x',
  '?token=x#',
  `?${'['.repeat(5_000)}`,
  '?toString=x',
  '?hasOwnProperty=x',
  '?\u00e9',
];
const TAILS = ['/', '//', '/.', '/..', ';x=y', '%20', '.json', '/%2e%2e/me', '\\', '%2F', ',', '/auth/me'];
const joinedTo = (tails: readonly string[]): fc.Arbitrary<readonly [string, string]> =>
  fc
    .tuple(anyRoute, fc.constantFrom(...tails))
    .map(([[method, target], tail]) => [method, target + tail] as const);

const WHOLE = [
  '*',
  '//',
  '//evil.test/auth/me',
  'http://evil.test/auth/me',
  '/\\evil.test',
  '/AUTH/ME',
  '/auth/./me',
  '/auth/../auth/me',
  '/%61uth/me',
  '/auth%2Fme',
  '/',
  '/auth',
  '/auth/',
  '/.well-known',
  'auth/me',
  '/auth/me\u00e9',
  '/ x',
];

// CONNECT asks for a tunnel, which Node refuses by closing; nothing of the app sees it.
const methods = fc.constantFrom(...METHODS.filter((method) => method !== 'CONNECT'), 'FOO', 'get', 'PRI', '');
const byMethod = fc
  .tuple(methods, fc.constantFrom(...routes))
  .map(([method, [, target]]) => [method, target] as const);

/** What can be odd about the first line of a request. */
export const targetKinds: readonly Kind[] = [
  { name: 'odd path parameters', requests: at(withId(IDS)) },
  { name: 'path parameters too long', requests: at(withId(LONG)) },
  { name: 'path parameters with broken escapes', requests: at(withId(BROKEN)) },
  { name: 'odd queries', requests: at(joinedTo(QUERIES)) },
  { name: 'odd ends of paths', requests: at(joinedTo(TAILS)) },
  { name: 'odd targets', requests: at(fc.tuple(fc.constantFrom('GET', 'POST'), fc.constantFrom(...WHOLE))) },
  {
    name: 'targets that are no URL',
    requests: at(fc.tuple(fc.constantFrom('GET', 'POST'), fc.constantFrom(...NO_URL))),
  },
  { name: 'any method', requests: at(byMethod) },
];
