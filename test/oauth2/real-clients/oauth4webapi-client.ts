import * as oauth from 'oauth4webapi';
import type { ClientIdentity, ClientLibrary, ClientTokens, RealClient, Refusal } from './real-client.js';

// Plain HTTP, as there is no certificate on loopback.
const insecure = { [oauth.allowInsecureRequests]: true } as const;

const tokensOf = (answer: oauth.TokenEndpointResponse): ClientTokens => ({
  accessToken: answer.access_token,
  refreshToken: answer.refresh_token,
  scope: answer.scope,
});

/** The server as its metadata describes it. */
export async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  const response = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure });
  return oauth.processDiscoveryResponse(url, response);
}

/** Asks once more with the nonce that came with a refusal, which the library has kept. */
async function withNonce<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return ask();
  }
}

async function start(identity: ClientIdentity): Promise<RealClient> {
  const { issuer, id, secret, redirectUri, isPublic = false, provesKey = false } = identity;
  const as = await discover(issuer);
  const client: oauth.Client = { client_id: id };
  const credentials = isPublic ? oauth.None() : oauth.ClientSecretBasic(secret);
  const key = provesKey ? oauth.DPoP(client, await oauth.generateKeyPair('ES256')) : undefined;
  const proven = { ...insecure, ...(key !== undefined && { DPoP: key }) };
  return {
    clientCredentials: (scope) =>
      withNonce(async () => {
        const response = await oauth.clientCredentialsGrantRequest(
          as,
          client,
          credentials,
          { scope },
          proven,
        );
        return tokensOf(await oauth.processClientCredentialsResponse(as, client, response));
      }),
    password: (username, password) =>
      withNonce(async () => {
        const response = await oauth.genericTokenEndpointRequest(
          as,
          client,
          credentials,
          'password',
          { username, password },
          proven,
        );
        return tokensOf(await oauth.processGenericTokenEndpointResponse(as, client, response));
      }),
    async authorizationCode(browse) {
      const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
      const url = new URL(as.authorization_endpoint ?? '');
      url.search = new URLSearchParams({
        client_id: id,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'articles:read',
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(key !== undefined && { dpop_jkt: await key.calculateThumbprint() }),
      }).toString();
      const answer = oauth.validateAuthResponse(as, client, new URL(await browse(url.href)), state);
      return withNonce(async () => {
        const response = await oauth.authorizationCodeGrantRequest(
          as,
          client,
          credentials,
          answer,
          redirectUri,
          verifier,
          proven,
        );
        return tokensOf(await oauth.processAuthorizationCodeResponse(as, client, response));
      });
    },
    refresh: ({ refreshToken = '' }) =>
      withNonce(async () => {
        const response = await oauth.refreshTokenGrantRequest(as, client, credentials, refreshToken, proven);
        return tokensOf(await oauth.processRefreshTokenResponse(as, client, response));
      }),
    async revoke({ refreshToken = '' }) {
      const response = await oauth.revocationRequest(as, client, credentials, refreshToken, insecure);
      await oauth.processRevocationResponse(response);
    },
    async introspect(token) {
      const response = await oauth.introspectionRequest(as, client, credentials, token, insecure);
      return oauth.processIntrospectionResponse(as, client, response);
    },
    read: (url, token) =>
      withNonce(() =>
        oauth.protectedResourceRequest(token, 'GET', new URL(url), undefined, undefined, proven),
      ),
  };
}

function told(error: unknown): Refusal {
  // A 401 with a challenge is an error of its own, which keeps the challenge and not the body.
  if (error instanceof oauth.WWWAuthenticateChallengeError) return { status: error.status, word: undefined };
  if (error instanceof oauth.ResponseBodyError) return { status: error.status, word: error.error };
  throw error;
}

export const oauth4webapi: ClientLibrary = { name: 'oauth4webapi', start, told };
