import { AuthError } from '../../kernel/auth-error.js';
import type { OAuthRequest } from '../oauth-request.js';
import type { ClientAuthMethod } from './oauth-client.js';
import { ASSERTION_TYPE, type PresentedAssertion, readAssertion } from '../assertions/presented-assertion.js';

/** Who a request says it is from, and how it wants to prove that. */
export type PresentedClient =
  | {
      readonly method: Exclude<ClientAuthMethod, 'private_key_jwt'>;
      readonly clientId: string;
      /** Empty: there is nothing to prove it with. */
      readonly secret: string;
    }
  | {
      readonly method: 'private_key_jwt';
      readonly clientId: string;
      readonly assertion: PresentedAssertion;
    };

type SecretOfClient = Readonly<Record<'clientId' | 'secret', string>>;

// RFC 7617 §2: the scheme is case-insensitive, the credentials are token68.
const BASIC = /^Basic +([A-Za-z0-9+/\-._~]+=*)$/i;
// What another scheme says, whoever reads that decides.
const OF_BASIC = /^Basic(?:\s|$)/i;

/**
 * The one way in which a client authenticates itself.
 * @throws AuthError `invalid_request` for two ways (RFC 6749 §2.3) or two clients; `invalid_client` for none, and for what
 * is malformed
 */
export function presentedClientOf(request: OAuthRequest): PresentedClient {
  const { authorization: header } = request;
  const parameters = request.read('client_id', 'client_secret', 'client_assertion', 'client_assertion_type');
  const { client_id: clientId, client_secret: secret } = parameters;
  const { client_assertion: assertion, client_assertion_type: type } = parameters;
  const isBasic = header !== undefined && OF_BASIC.test(header);
  const ways = [isBasic, secret !== undefined, assertion !== undefined || type !== undefined];
  if (ways.filter(Boolean).length > 1)
    throw refusal('invalid_request', 'the client authenticates in two ways');
  if (isBasic) return named(clientId, { method: 'client_secret_basic', ...basicCredentialsOf(header) });
  if (assertion !== undefined || type !== undefined) return named(clientId, byAssertion(assertion, type));
  if (clientId === undefined) throw refusal('invalid_client', 'the request names no client');
  return secret === undefined
    ? { method: 'none', clientId, secret: '' }
    : { method: 'client_secret_post', clientId, secret };
}

/** `client_id` isn't needed beside these, and may not contradict them. */
function named(clientId: string | undefined, client: PresentedClient): PresentedClient {
  if (clientId === undefined || clientId === client.clientId) return client;
  throw refusal('invalid_request', 'the request names two clients');
}

function byAssertion(text: string | undefined, type: string | undefined): PresentedClient {
  if (text === undefined || type === undefined)
    throw refusal('invalid_request', 'client_assertion and client_assertion_type belong together');
  // RFC 7521 §4.2.1
  if (type !== ASSERTION_TYPE) throw refusal('invalid_client', 'the assertion is of an unknown type');
  const assertion = readAssertion(text);
  return { method: 'private_key_jwt', clientId: assertion.clientId, assertion };
}

function basicCredentialsOf(header: string): SecretOfClient {
  const encoded = BASIC.exec(header)?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString();
  const at = text.indexOf(':');
  const clientId = at > 0 ? formDecoded(text.slice(0, at)) : undefined;
  const secret = at > 0 ? formDecoded(text.slice(at + 1)) : undefined;
  if (clientId !== undefined && secret !== undefined) return { clientId, secret };
  throw new AuthError('invalid_client', { detail: 'the Authorization header is malformed' });
}

// RFC 6749 §2.3.1: both are form-encoded before they are put together.
function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function refusal(code: 'invalid_client' | 'invalid_request', detail: string): AuthError {
  return new AuthError(code, { detail });
}
