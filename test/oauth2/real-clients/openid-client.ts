import * as openid from 'openid-client';
import type { ClientIdentity, ClientLibrary, ClientTokens, RealClient, Refusal } from './real-client.js';

const tokensOf = (answer: openid.TokenEndpointResponse): ClientTokens => ({
  accessToken: answer.access_token,
  refreshToken: answer.refresh_token,
  scope: answer.scope,
});

async function start({ issuer, id, secret, redirectUri }: ClientIdentity): Promise<RealClient> {
  const config = await openid.discovery(new URL(issuer), id, {}, openid.ClientSecretPost(secret), {
    algorithm: 'oauth2',
    // Plain HTTP, as there is no certificate on loopback.
    execute: [openid.allowInsecureRequests],
  });
  return {
    clientCredentials: async (scope) => tokensOf(await openid.clientCredentialsGrant(config, { scope })),
    password: async (username, password) =>
      tokensOf(await openid.genericGrantRequest(config, 'password', { username, password })),
    async authorizationCode(browse) {
      const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()];
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'articles:read',
        state: expectedState,
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      });
      const callback = new URL(await browse(url.href));
      return tokensOf(
        await openid.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState }),
      );
    },
    refresh: async ({ refreshToken = '' }) => tokensOf(await openid.refreshTokenGrant(config, refreshToken)),
    revoke: ({ refreshToken = '' }) => openid.tokenRevocation(config, refreshToken),
    introspect: (token) => openid.tokenIntrospection(config, token),
  };
}

function told(error: unknown): Refusal {
  // A 401 with a challenge is an error of its own, which keeps the challenge and not the body.
  if (error instanceof openid.WWWAuthenticateChallengeError) return { status: error.status, word: undefined };
  if (error instanceof openid.ResponseBodyError) return { status: error.status, word: error.error };
  throw error;
}

export const openidClient: ClientLibrary = { name: 'openid-client', start, told };
