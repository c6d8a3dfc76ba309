import * as openid from 'openid-client';
import type { ClientIdentity, ClientLibrary, ClientTokens, RealClient, Refusal } from './real-client.js';

const tokensOf = (answer: openid.TokenEndpointResponse): ClientTokens => ({
  accessToken: answer.access_token,
  refreshToken: answer.refresh_token,
  scope: answer.scope,
});

async function start(identity: ClientIdentity): Promise<RealClient> {
  const { issuer, id, secret, redirectUri, isPublic = false, provesKey = false } = identity;
  const credentials = isPublic ? openid.None() : openid.ClientSecretPost(secret);
  const config = await openid.discovery(new URL(issuer), id, {}, credentials, {
    algorithm: 'oauth2',
    // Plain HTTP, as there is no certificate on loopback.
    execute: [openid.allowInsecureRequests],
  });
  const key = provesKey ? openid.getDPoPHandle(config, await openid.randomDPoPKeyPair()) : undefined;
  const proven = key === undefined ? {} : { DPoP: key };
  return {
    clientCredentials: async (scope) =>
      tokensOf(await openid.clientCredentialsGrant(config, { scope }, proven)),
    password: async (username, password) =>
      tokensOf(await openid.genericGrantRequest(config, 'password', { username, password }, proven)),
    async authorizationCode(browse) {
      const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()];
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'articles:read',
        state: expectedState,
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        ...(key !== undefined && { dpop_jkt: await key.calculateThumbprint() }),
      });
      const callback = new URL(await browse(url.href));
      const checks = { pkceCodeVerifier, expectedState };
      return tokensOf(await openid.authorizationCodeGrant(config, callback, checks, {}, proven));
    },
    refresh: async ({ refreshToken = '' }) =>
      tokensOf(await openid.refreshTokenGrant(config, refreshToken, {}, proven)),
    revoke: ({ refreshToken = '' }) => openid.tokenRevocation(config, refreshToken),
    introspect: (token) => openid.tokenIntrospection(config, token),
    read: (url, token) =>
      openid.fetchProtectedResource(config, token, new URL(url), 'GET', undefined, undefined, proven),
  };
}

function told(error: unknown): Refusal {
  // A 401 with a challenge is an error of its own, which keeps the challenge and not the body.
  if (error instanceof openid.WWWAuthenticateChallengeError) return { status: error.status, word: undefined };
  if (error instanceof openid.ResponseBodyError) return { status: error.status, word: error.error };
  throw error;
}

export const openidClient: ClientLibrary = { name: 'openid-client', start, told };
