import { Injectable } from '@nestjs/common';
import { AuthError } from '../../kernel/auth-error.js';
import { decodeCanonicalBase64Url } from '../../kernel/opaque.js';
import { clientText } from '../../kernel/text.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { ClientScope } from '../grants/client-scope.js';
import { ResourceIndicators } from '../resource-indicators.js';
import type { AuthorizationParameters } from './authorization-parameters.js';
import type { AuthorizationRequest } from './authorization-interaction.js';

/** What of an authorization request was found to be sound. */
export type CheckedAuthorization = Omit<AuthorizationRequest, 'handle' | 'client' | 'expiresAt'> & {
  readonly clientId: string;
  /** S256 of the verifier (RFC 7636 §4.2). */
  readonly codeChallenge: string;
  readonly state?: string | undefined;
};

/** The value of `grant_type` that redeems what this endpoint hands out. */
const GRANT = 'authorization_code';
// RFC 6749 §A.5: state = 1*VSCHAR
const STATE = /^[\x20-\x7E]{1,2048}$/;
const SECONDS = /^\d{1,9}$/;
const CHALLENGE_BYTES = 32;
const LONGEST_HINT = 320;
const LONGEST_VALUES = 1024;

/** @throws AuthError `unauthorized_client` unless the client may redeem a code */
export function requireGrant({ grants }: OAuthClient): void {
  if (!grants.includes(GRANT)) throw new AuthError('unauthorized_client');
}

/** What has to go back with each answer, as it was sent; nothing where it isn't what RFC 6749 §A.5 allows. */
export function stateOf(parameters: AuthorizationParameters): string | undefined {
  const state = parameters.isRepeated('state') ? undefined : parameters.read('state');
  return state !== undefined && STATE.test(state) ? state : undefined;
}

/** Checks what a client asks for, once it is known where answers may go: from here on mistakes are told to the client. */
@Injectable()
export class AuthorizationCheck {
  constructor(
    private readonly scopes: ClientScope,
    private readonly resources: ResourceIndicators,
  ) {}

  /**
   * @throws AuthError `invalid_request`, `unauthorized_client`, `invalid_scope`, `invalid_target`, and the words of RFC 6749 §4.1.2.1
   * and OpenID Connect Core §3.1.2.6 as `oauthError`
   */
  read(client: OAuthClient, redirectUri: string, parameters: AuthorizationParameters): CheckedAuthorization {
    if (parameters.isRepeated('resource'))
      throw new AuthError('invalid_target', { detail: 'name one resource: a token is for one' });
    parameters.refuseRepeated();
    refuseUnsupported(parameters);
    requireGrant(client);
    const state = parameters.read('state');
    if (state !== undefined && !STATE.test(state))
      throw invalid('state must be at most 2048 printable ASCII characters');
    return {
      clientId: client.id,
      redirectUri,
      state,
      codeChallenge: challengeOf(parameters),
      scope: this.scopes.grantTo(client, parameters.read('scope')),
      resource: this.resources.named(parameters.read('resource')),
      ...circumstancesOf(parameters),
    };
  }
}

function refuseUnsupported(parameters: AuthorizationParameters): void {
  // RFC 9101 §5: what they would say isn't looked at, so nothing beside them may count either.
  for (const name of ['request', 'request_uri'])
    if (parameters.read(name) !== undefined)
      throw invalid(`${name} is not supported`, `${name}_not_supported`);
  const type = parameters.read('response_type');
  if (type === undefined) throw invalid('response_type is missing');
  if (type !== 'code') throw invalid('response_type must be code', 'unsupported_response_type');
  if ((parameters.read('response_mode') ?? 'query') !== 'query') throw invalid('response_mode must be query');
}

/** RFC 7636 §4.3, RFC 9700 §2.1.1: of every client. */
function challengeOf(parameters: AuthorizationParameters): string {
  const challenge = parameters.read('code_challenge');
  if (challenge === undefined) throw invalid('code_challenge is missing (RFC 7636)');
  if (parameters.read('code_challenge_method') !== 'S256')
    throw invalid('code_challenge_method must be S256');
  if (decodeCanonicalBase64Url(challenge)?.length !== CHALLENGE_BYTES)
    throw invalid('code_challenge must be a SHA-256 in base64url');
  return challenge;
}

function circumstancesOf(
  parameters: AuthorizationParameters,
): Pick<CheckedAuthorization, 'prompt' | 'maxAgeSeconds' | 'acrValues' | 'loginHint'> {
  const prompt = wordsOf(parameters, 'prompt');
  if (prompt !== undefined && prompt.length > 1 && prompt.includes('none'))
    throw invalid('prompt must be none alone');
  const maxAge = parameters.read('max_age');
  if (maxAge !== undefined && !SECONDS.test(maxAge)) throw invalid('max_age must be a number of seconds');
  const hint = parameters.read('login_hint');
  return {
    prompt,
    maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
    acrValues: wordsOf(parameters, 'acr_values'),
    loginHint: hint === undefined ? undefined : clientText(hint, LONGEST_HINT),
  };
}

function wordsOf(parameters: AuthorizationParameters, name: string): readonly string[] | undefined {
  const text = parameters.read(name);
  if (text === undefined) return undefined;
  const words = clientText(text, LONGEST_VALUES)
    .split(' ')
    .filter((word) => word !== '');
  return words.length === 0 ? undefined : [...new Set(words)];
}

function invalid(detail: string, oauthError?: string): AuthError {
  return new AuthError('invalid_request', { detail, ...(oauthError !== undefined && { oauthError }) });
}
