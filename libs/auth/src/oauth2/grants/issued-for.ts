import type { Principal } from '../../kernel/principal.js';
import { boundKeyOf } from '../../tokens/access-token-check.js';
import type { Login, TokenPair } from '../../tokens/token-pair.js';
import { isConfidential, type OAuthClient } from '../clients/oauth-client.js';
import type { OAuthRequest } from '../oauth-request.js';
import type { IssuedTokens } from './grant.js';

/** How a token is to be used (RFC 9449 §5), going by what it says itself. */
export function tokenTypeOf(principal: Principal): 'DPoP' | 'Bearer' {
  return boundKeyOf(principal) === undefined ? 'Bearer' : 'DPoP';
}

/** The key that the session of a client is bound to: the one that it proved to hold, if it did. */
export function boundAs(
  client: OAuthClient,
  { binding }: OAuthRequest,
): Pick<Login, 'binding' | 'bindsRefreshTokens'> {
  // RFC 9449 §5: who authenticates with each refresh anyway may come with another key.
  return { binding, bindsRefreshTokens: !isConfidential(client) };
}

/** What a client gets of a pair: the refresh token if it may use one. */
export function issuedFor({ grants }: OAuthClient, pair: TokenPair): IssuedTokens {
  const { accessToken, expiresInSeconds, refreshToken, principal, answer } = pair;
  return {
    accessToken,
    expiresInSeconds,
    scope: principal.scope,
    answer,
    tokenType: tokenTypeOf(principal),
    ...(grants.includes('refresh_token') && { refreshToken }),
  };
}
