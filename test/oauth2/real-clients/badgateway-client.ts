import {
  generateCodeVerifier,
  OAuth2Client,
  OAuth2HttpError,
  type OAuth2Token,
} from '@badgateway/oauth2-client';
import type { ClientIdentity, ClientLibrary, ClientTokens, RealClient, Refusal } from './real-client.js';

const tokensOf = ({ accessToken, refreshToken }: OAuth2Token): ClientTokens => ({
  accessToken,
  refreshToken: refreshToken ?? undefined,
});

const kept = ({ accessToken, refreshToken }: ClientTokens): OAuth2Token => ({
  accessToken,
  refreshToken: refreshToken ?? null,
  expiresAt: null,
});

async function start({ issuer, id, secret, redirectUri }: ClientIdentity): Promise<RealClient> {
  const client = new OAuth2Client({ server: issuer, clientId: id, clientSecret: secret });
  return {
    clientCredentials: async (scope) => tokensOf(await client.clientCredentials({ scope: scope.split(' ') })),
    password: async (username, password) => tokensOf(await client.password({ username, password })),
    async authorizationCode(browse) {
      const flow = { redirectUri, state: 'a state', codeVerifier: await generateCodeVerifier() };
      const url = await client.authorizationCode.getAuthorizeUri({ ...flow, scope: ['articles:read'] });
      return tokensOf(await client.authorizationCode.getTokenFromCodeRedirect(await browse(url), flow));
    },
    refresh: async (tokens) => tokensOf(await client.refreshToken(kept(tokens))),
    revoke: (tokens) => client.revoke(kept(tokens), 'refresh_token'),
    introspect: (accessToken) => client.introspect(kept({ accessToken, refreshToken: undefined })),
  };
}

function told(error: unknown): Refusal {
  if (!(error instanceof OAuth2HttpError)) throw error;
  return { status: error.httpCode, word: error.oauth2Code };
}

export const badgateway: ClientLibrary = { name: '@badgateway/oauth2-client', start, told };
