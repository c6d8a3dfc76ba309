import * as fc from 'fast-check';
import type { RawRequest } from './raw-http.js';

/** A kind of hostile request: what it is called, and examples of it. */
export interface Kind {
  readonly name: string;
  readonly requests: fc.Arbitrary<RawRequest>;
}

/** Stand for the attacker's tokens, which are only known when a request is sent; see `filled` in attacker.ts. */
export const ACCESS = '{{access}}';
export const REFRESH = '{{refresh}}';
export const COOKIE = '__Secure-refresh_token';

/** Stands for the attacker, whose name is as long; the password follows from the name, as in every test app. */
export const USERNAME = 'mallory';
export const PASSWORD = 'mallory-password';

/** What the greatest body of the test app holds, in bytes. */
export const BODY_LIMIT_BYTES = 1024 * 1024;

type Route = readonly [method: string, target: string];
export const LOGIN: Route = ['POST', '/auth/login'];
export const REFRESHING: Route = ['POST', '/auth/refresh'];

/** Everything the module serves, and routes of a host behind each kind of guard. */
export const routes: readonly Route[] = [
  LOGIN,
  REFRESHING,
  ['POST', '/auth/logout'],
  ['POST', '/auth/logout-all'],
  ['POST', '/auth/logout-others'],
  ['GET', '/auth/sessions'],
  ['DELETE', '/auth/sessions/nobody'],
  ['GET', '/auth/me'],
  ['GET', '/.well-known/jwks.json'],
  ['POST', '/host/open'],
  ['POST', '/host/roles'],
  ['POST', '/host/scopes'],
  ['POST', '/host/fresh'],
  ['GET', '/host/optional'],
  ['GET', '/host/things/7'],
];

export const anyRoute = fc.constantFrom(...routes);

/** Routes that read a body more often than those that don't. */
export const bodyRoute = fc.oneof(
  { weight: 4, arbitrary: fc.constant(LOGIN) },
  { weight: 2, arbitrary: fc.constant(REFRESHING) },
  { weight: 4, arbitrary: anyRoute },
);

const signedIn: RawRequest['headers'] = [['Authorization', `Bearer ${ACCESS}`]];
export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Requests with these bodies; half of them with a good access token. */
export function withBody(
  bodies: fc.Arbitrary<string | Buffer>,
  type: fc.Arbitrary<string> = fc.constant(JSON_TYPE),
): fc.Arbitrary<RawRequest> {
  return fc
    .record({ route: bodyRoute, body: bodies, type, isSignedIn: fc.boolean() })
    .map(({ route: [method, target], body, type: contentType, isSignedIn }) => ({
      method,
      target,
      headers: [['Content-Type', contentType], ...(isSignedIn ? signedIn : [])],
      body: Buffer.from(body as string),
    }));
}

/** A login, a refresh, or any other request, each good but for these headers. */
export function withHeaders(headers: fc.Arbitrary<RawRequest['headers']>): fc.Arbitrary<RawRequest> {
  return fc
    .record({ route: bodyRoute, headers, isSignedIn: fc.boolean() })
    .map(({ route, headers: hostile, isSignedIn }) => {
      const hasOwn = hostile.some(([name]) => /^(?:authorization|content-type)$/i.test(name));
      return {
        ...goodRequest(route),
        headers: [...(hasOwn ? [] : goodRequest(route).headers), ...(isSignedIn ? signedIn : []), ...hostile],
      };
    });
}

/** A request that its route accepts. */
export function goodRequest([method, target]: Route): RawRequest {
  if (method !== 'POST') return { method, target, headers: [] };
  const body =
    target === LOGIN[1]
      ? { username: USERNAME, password: PASSWORD }
      : target === REFRESHING[1]
        ? { refresh_token: REFRESH }
        : {};
  return { method, target, headers: [['Content-Type', JSON_TYPE]], body: Buffer.from(JSON.stringify(body)) };
}

/** A JSON object that logs in, or refreshes, and has further members. */
export const goodMembers = fc.constantFrom(
  `"username":"${USERNAME}","password":"${PASSWORD}"`,
  `"refresh_token":"${REFRESH}"`,
);
