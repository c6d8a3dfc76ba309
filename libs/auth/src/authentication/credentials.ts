import { AuthError } from '../kernel/auth-error.js';

/** What the library reads of an HTTP request; true of Express and Fastify requests alike. */
export interface CredentialRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly url?: string;
  readonly body?: unknown;
  readonly query?: unknown;
}

// RFC 6750 §2.1: "Bearer" 1*SP b64token; the scheme is case-insensitive (RFC 9110 §11.1).
const BEARER = /^Bearer +([\w.~+/=-]+)$/i;
const FORM = /^application\/x-www-form-urlencoded/i;
const BEARER_SCHEME = /^Bearer(?:\s|$)/i;

/**
 * The bearer token of a request, from the `Authorization` header and nowhere else.
 * @returns `undefined` when no credentials were sent.
 * @throws AuthError `invalid_request` when a second token is sent, `invalid_token` when the header is a malformed bearer token.
 */
export function bearerTokenOf(request: CredentialRequest): string | undefined {
  const header = request.headers['authorization'];
  if (header === undefined || header === '') return undefined;
  // RFC 6750 §2: "Clients MUST NOT use more than one method to transmit the token in each request."
  if (Array.isArray(header)) throw new AuthError('invalid_request', { detail: MORE_THAN_ONE });
  if (!BEARER_SCHEME.test(header)) return undefined;
  if (isTokenInQuery(request) || isTokenInForm(request))
    throw new AuthError('invalid_request', { detail: MORE_THAN_ONE });
  const token = BEARER.exec(header)?.[1];
  if (token === undefined)
    throw new AuthError('invalid_token', { detail: 'the Authorization header is malformed' });
  return token;
}

const MORE_THAN_ONE = 'the request carries more than one access token';

function isTokenInQuery(request: CredentialRequest): boolean {
  // Express parses the query anew each time it is asked for it.
  return request.url?.includes('?') !== false && carriesAccessToken(request.query);
}

function isTokenInForm({ headers, body }: CredentialRequest): boolean {
  return carriesAccessToken(body) && FORM.test(String(headers['content-type']));
}

function carriesAccessToken(parameters: unknown): boolean {
  return typeof parameters === 'object' && parameters !== null && 'access_token' in parameters;
}

/**
 * The refresh token of a request, from the body or the named cookie; `undefined` when there is none.
 * @throws AuthError `invalid_request` when it is not text or sent twice.
 */
export function refreshTokenOf(
  request: CredentialRequest,
  cookieName: string | undefined,
): string | undefined {
  const inBody = memberOf(request.body, 'refresh_token');
  const inCookie = cookieName === undefined ? undefined : cookieOf(request, cookieName);
  if (inBody !== undefined && inCookie !== undefined) {
    throw new AuthError('invalid_request', { detail: 'the request carries more than one refresh token' });
  }
  const token = inCookie ?? inBody;
  if (token === undefined || (typeof token === 'string' && token !== '')) return token;
  throw new AuthError('invalid_request', { detail: 'refresh_token must be a non-empty string' });
}

/** A member of a JSON or form body, or `undefined`. */
export function memberOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  return (body as Record<string, unknown>)[name];
}

/** An empty cookie is one that was cleared. @throws AuthError `invalid_request` when two of the name differ */
function cookieOf({ headers }: CredentialRequest, name: string): string | undefined {
  const pairs = String(headers['cookie'] ?? '').split(/; */);
  const named = pairs.filter((pair) => pair.startsWith(`${name}=`) && pair.length > name.length + 1);
  const [value, ...others] = new Set(named.map((pair) => pair.slice(name.length + 1)));
  // A neighbour domain can set a cookie of this name as well, and which one comes first is up to it.
  if (others.length > 0)
    throw new AuthError('invalid_request', { detail: 'the request carries more than one refresh token' });
  return value;
}
