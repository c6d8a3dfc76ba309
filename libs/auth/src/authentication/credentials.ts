import { AuthError } from '../kernel/auth-error.js';

/** What the library reads of an HTTP request; true of Express and Fastify requests alike. */
export interface CredentialRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
  readonly query?: unknown;
}

// RFC 6750 §2.1: "Bearer" 1*SP b64token; the scheme is case-insensitive (RFC 9110 §11.1).
const BEARER = /^Bearer +([\w.~+/=-]+)$/i;

/**
 * The bearer token of a request, from the `Authorization` header and nowhere else.
 * @returns `undefined` when no credentials were sent.
 * @throws AuthError `invalid_request` when a second token is sent elsewhere, `invalid_token` when the header isn't a bearer token.
 */
export function bearerTokenOf(request: CredentialRequest): string | undefined {
  const header = request.headers['authorization'];
  if (typeof header !== 'string' || header === '') return undefined;
  if (!/^Bearer(?: |$)/i.test(header)) return undefined;
  // RFC 6750 §2: "Clients MUST NOT use more than one method to transmit the token in each request."
  if (carriesAccessToken(request.query) || (isForm(request) && carriesAccessToken(request.body))) {
    throw new AuthError('invalid_request', { detail: 'the request carries more than one access token' });
  }
  const token = BEARER.exec(header)?.[1];
  if (token === undefined)
    throw new AuthError('invalid_token', { detail: 'the Authorization header is malformed' });
  return token;
}

function carriesAccessToken(parameters: unknown): boolean {
  return typeof parameters === 'object' && parameters !== null && 'access_token' in parameters;
}

function isForm({ headers }: CredentialRequest): boolean {
  return String(headers['content-type']).startsWith('application/x-www-form-urlencoded');
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

function cookieOf({ headers }: CredentialRequest, name: string): string | undefined {
  const pairs = String(headers['cookie'] ?? '').split(/; */);
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
