import { AuthError } from '../../kernel/auth-error.js';

/** What the library reads of an HTTP request or handshake; true of Express and Fastify requests alike. */
export interface CredentialRequest {
  /** A handshake has none. */
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Names and values as they were sent, repetitions included. */
  readonly rawHeaders?: readonly string[] | undefined;
  /** Fastify: Node's request. */
  readonly raw?: { readonly rawHeaders?: readonly string[] } | undefined;
  readonly url?: string;
  readonly ip?: string;
  readonly body?: unknown;
  /** The bytes of the body, where the host set the option `rawBody` of Nest. */
  readonly rawBody?: unknown;
  readonly query?: unknown;
  /** Node's; a certificate of the client is there. */
  readonly socket?: object;
  /** What the client of a socket said when it connected: `auth` of socket.io, `connectionParams` of graphql-ws. */
  readonly connectionParams?: unknown;
}

// RFC 6750 §2.1: "Bearer" 1*SP b64token; the scheme is case-insensitive (RFC 9110 §11.1).
const BEARER = /^Bearer +([\w.~+/=-]+)$/i;
// Whatever follows: parsers differ in what they still take for a form.
const FORM = /^application\/x-www-form-urlencoded/i;
const BEARER_SCHEME = /^Bearer(?:\s|$)/i;

/**
 * The bearer token of a request, from the `Authorization` header and nowhere else.
 * @returns `undefined` when no credentials were sent.
 * @throws AuthError `invalid_request` when a second token is sent, `invalid_token` when the header is a malformed bearer token.
 */
export function bearerTokenOf(request: CredentialRequest): string | undefined {
  const header = authorizationOf(request);
  if (header === undefined || !BEARER_SCHEME.test(header)) return undefined;
  // RFC 6750 §2: "Clients MUST NOT use more than one method to transmit the token in each request."
  if (carriesTokenElsewhere(request)) throw new AuthError('invalid_request', { detail: MORE_THAN_ONE });
  const token = BEARER.exec(header)?.[1];
  if (token === undefined)
    throw new AuthError('invalid_token', { detail: 'the Authorization header is malformed' });
  return token;
}

const USUAL_START = 'Bearer ';

/**
 * What a request shows as its bearer token, unless it is spelt in an unusual way, or is one of several: nobody has looked at its
 * characters, so it is good for finding a token that is known, and for nothing else.
 * @throws AuthError as {@link bearerTokenOf}
 */
export function usualBearerOf(request: CredentialRequest): string | undefined {
  const header = authorizationOf(request);
  if (header?.startsWith(USUAL_START) !== true || carriesTokenElsewhere(request)) return undefined;
  return header.slice(USUAL_START.length);
}

const MORE_THAN_ONE = 'the request carries more than one access token';

/**
 * The `Authorization` header of a request, of whatever scheme; those of some have commas.
 * @throws AuthError `invalid_request` when it was sent twice
 */
export function authorizationOf(request: CredentialRequest): string | undefined {
  return onlyLineOf(request, 'authorization');
}

/**
 * A header that may have one value; `undefined` when it is missing or empty.
 * @param name in small letters
 * @throws AuthError `invalid_request` for two values, in one line or in several
 */
export function singleHeader(request: CredentialRequest, name: string): string | undefined {
  const value = onlyLineOf(request, name);
  // RFC 9110 §5.3: one line with a comma is the same as two lines.
  if (value?.includes(',')) throw moreThanOne(name);
  return value;
}

/** Of some headers Node hands on the first line and drops the others, while a proxy may have looked at another one. */
function onlyLineOf({ headers, rawHeaders, raw }: CredentialRequest, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) || isRepeated(name, rawHeaders ?? raw?.rawHeaders ?? [])) throw moreThanOne(name);
  return value === '' ? undefined : value;
}

function moreThanOne(header: string): AuthError {
  return new AuthError('invalid_request', { detail: `the request has more than one ${header} header` });
}

function isRepeated(name: string, rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at];
    if (sent?.length === name.length && sent.toLowerCase() === name) count += 1;
  }
  return count > 1;
}

/** Whether there is an access token in query or form: it is never read there, but it is one more credential. */
export function carriesTokenElsewhere(request: CredentialRequest): boolean {
  return isTokenInQuery(request) || isTokenInForm(request);
}

function isTokenInQuery(request: CredentialRequest): boolean {
  const { url } = request;
  // Express parses the query anew each time it is asked for it.
  if (url?.includes('?') === false) return false;
  const { query } = request;
  // Node itself, as at the upgrade to a socket, parses none.
  if (query === undefined && url !== undefined)
    return new URLSearchParams(url.slice(url.indexOf('?'))).has('access_token');
  return carriesAccessToken(query);
}

function isTokenInForm({ headers, body }: CredentialRequest): boolean {
  return carriesAccessToken(body) && isForm(headers);
}

/** Whether a body is a form. */
export function isForm(headers: CredentialRequest['headers']): boolean {
  return FORM.test(String(headers['content-type']));
}

function carriesAccessToken(parameters: unknown): boolean {
  return typeof parameters === 'object' && parameters !== null && 'access_token' in parameters;
}
