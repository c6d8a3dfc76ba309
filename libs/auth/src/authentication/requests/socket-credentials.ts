import { AuthError } from '../../kernel/auth-error.js';
import { bearerTokenOf, carriesTokenElsewhere, type CredentialRequest } from './credentials.js';

/** The handshake of a socket.io client. */
export interface SocketHandshake extends CredentialRequest {
  /** What the client gave as `auth`. */
  readonly auth?: unknown;
}

/** A socket.io socket, as far as it shows credentials. */
export interface HandshakeSocket {
  readonly handshake: SocketHandshake;
  /** The upgrade request. */
  readonly request?: Pick<CredentialRequest, 'rawHeaders' | 'socket'> | undefined;
}

/** What a socket.io client connected with, for schemes to look at. */
export function handshakeOf({ handshake, request }: HandshakeSocket): CredentialRequest {
  const { headers, query, auth, url } = handshake;
  const sent = { headers, query, rawHeaders: request?.rawHeaders, ...(url !== undefined && { url }) };
  return { ...sent, connectionParams: auth, ...socketOf(request) };
}

/** What a graphql-ws client connected with, for schemes to look at. */
export function connectionOf(connectionParams: unknown, request: CredentialRequest): CredentialRequest {
  const { headers, rawHeaders, url } = request;
  return { headers, rawHeaders, connectionParams, ...(url !== undefined && { url }), ...socketOf(request) };
}

function socketOf(request: Pick<CredentialRequest, 'socket'> | undefined): Pick<CredentialRequest, 'socket'> {
  return request?.socket === undefined ? {} : { socket: request.socket };
}

// The scheme in front is a habit of clients that copy a header.
const TOKEN = /^(?:Bearer +)?([\w.~+/=-]+)$/i;
/** Sub-protocol that announces the token as the next one in the list. */
const TOKEN_FOLLOWS = 'bearer';

/**
 * The token of a socket.io handshake: `auth.token`, or the `Authorization` header.
 * @throws AuthError `invalid_request` for two, `invalid_token` for a malformed one
 */
export function handshakeTokenOf(
  { auth, ...handshake }: SocketHandshake,
  request?: Pick<CredentialRequest, 'rawHeaders'>,
): string | undefined {
  const inHeader = bearerTokenOf({ ...handshake, rawHeaders: request?.rawHeaders });
  return onlyOne(handshake, [inHeader, givenToken(memberOf(auth, 'token'))]);
}

/**
 * The token of a plain WebSocket's upgrade request: the sub-protocol after `bearer`, or the `Authorization` header. Never
 * the query, which is in every log on the way.
 * @throws AuthError `invalid_request` for two, `invalid_token` for a malformed one
 */
export function upgradeTokenOf(request: CredentialRequest): string | undefined {
  const inProtocol = protocolAfter(TOKEN_FOLLOWS, request);
  return onlyOne(request, [bearerTokenOf(request), givenToken(inProtocol)]);
}

/** The sub-protocol that follows another one: browsers can send nothing else with an upgrade. `-` when there is none. */
function protocolAfter(protocol: string, { headers }: CredentialRequest): string | undefined {
  const protocols = String(headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
  const at = protocols.indexOf(protocol);
  return at < 0 ? undefined : (protocols[at + 1] ?? '-');
}

/**
 * The token of a graphql-ws connection: `Authorization`, `authorization` or `token` of its `connectionParams`, or the
 * `Authorization` header of the upgrade request.
 * @throws AuthError `invalid_request` for two, `invalid_token` for a malformed one
 */
export function connectionTokenOf(
  parameters: unknown,
  request: CredentialRequest | undefined,
): string | undefined {
  const inHeader = request === undefined ? undefined : bearerTokenOf(request);
  const headers = ['Authorization', 'authorization'].map((name) => memberOf(parameters, name));
  const inParameters = [
    ...headers.filter((header) => !isOfOtherScheme(header)),
    memberOf(parameters, 'token'),
  ];
  return onlyOne(request, [inHeader, ...inParameters.map(givenToken)]);
}

function isOfOtherScheme(header: unknown): boolean {
  return typeof header === 'string' && /^(?!Bearer )[\w-]+ +\S/i.test(header);
}

function memberOf(given: unknown, name: string): unknown {
  if (typeof given !== 'object' || given === null || !Object.hasOwn(given, name)) return undefined;
  return (given as Record<string, unknown>)[name];
}

/** Clients without a token send nothing, `null` or an empty text. */
function givenToken(given: unknown): string | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  const token = typeof given === 'string' ? TOKEN.exec(given)?.[1] : undefined;
  if (token === undefined) throw new AuthError('invalid_token', { detail: 'the token is no token text' });
  return token;
}

function onlyOne(
  request: CredentialRequest | undefined,
  found: readonly (string | undefined)[],
): string | undefined {
  const [token, ...others] = found.filter((each) => each !== undefined);
  const isElsewhere = token !== undefined && request !== undefined && carriesTokenElsewhere(request);
  if (others.length > 0 || isElsewhere)
    throw new AuthError('invalid_request', { detail: 'the connection carries more than one access token' });
  return token;
}
