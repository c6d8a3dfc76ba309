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

async function start({ issuer, id, secret, redirectUri }: ClientIdentity): Promise<RealClient> {
  const as = await discover(issuer);
  const client: oauth.Client = { client_id: id };
  const credentials = oauth.ClientSecretBasic(secret);
  return {
    async clientCredentials(scope) {
      const parameters = { scope };
      const response = await oauth.clientCredentialsGrantRequest(
        as,
        client,
        credentials,
        parameters,
        insecure,
      );
      return tokensOf(await oauth.processClientCredentialsResponse(as, client, response));
    },
    async password(username, password) {
      const parameters = { username, password };
      const response = await oauth.genericTokenEndpointRequest(
        as,
        client,
        credentials,
        'password',
        parameters,
        insecure,
      );
      return tokensOf(await oauth.processGenericTokenEndpointResponse(as, client, response));
    },
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
      }).toString();
      const answer = oauth.validateAuthResponse(as, client, new URL(await browse(url.href)), state);
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        credentials,
        answer,
        redirectUri,
        verifier,
        insecure,
      );
      return tokensOf(await oauth.processAuthorizationCodeResponse(as, client, response));
    },
    async refresh({ refreshToken = '' }) {
      const response = await oauth.refreshTokenGrantRequest(as, client, credentials, refreshToken, insecure);
      return tokensOf(await oauth.processRefreshTokenResponse(as, client, response));
    },
    async revoke({ refreshToken = '' }) {
      const response = await oauth.revocationRequest(as, client, credentials, refreshToken, insecure);
      await oauth.processRevocationResponse(response);
    },
    async introspect(token) {
      const response = await oauth.introspectionRequest(as, client, credentials, token, insecure);
      return oauth.processIntrospectionResponse(as, client, response);
    },
  };
}

function told(error: unknown): Refusal {
  // A 401 with a challenge is an error of its own, which keeps the challenge and not the body.
  if (error instanceof oauth.WWWAuthenticateChallengeError) return { status: error.status, word: undefined };
  if (error instanceof oauth.ResponseBodyError) return { status: error.status, word: error.error };
  throw error;
}

export const oauth4webapi: ClientLibrary = { name: 'oauth4webapi', start, told };
