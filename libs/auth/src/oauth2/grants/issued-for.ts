import type { TokenPair } from '../../tokens/token-pair.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import type { IssuedTokens } from './grant.js';

/** What a client gets of a pair: the refresh token if it may use one. */
export function issuedFor({ grants }: OAuthClient, pair: TokenPair): IssuedTokens {
  const { accessToken, expiresInSeconds, refreshToken, principal, answer } = pair;
  return {
    accessToken,
    expiresInSeconds,
    scope: principal.scope,
    answer,
    ...(grants.includes('refresh_token') && { refreshToken }),
  };
}
