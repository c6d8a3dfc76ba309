import { createHash, randomBytes } from 'node:crypto';
import { type AccessToken, AuthorizationCode, ClientCredentials, ResourceOwnerPassword } from 'simple-oauth2';
import type { ClientIdentity, ClientLibrary, ClientTokens, RealClient, Refusal } from './real-client.js';

function tokensOf({ token }: AccessToken): ClientTokens {
  const { access_token, refresh_token, scope } = token;
  return {
    accessToken: String(access_token),
    refreshToken: refresh_token as string | undefined,
    scope: scope as string | undefined,
  };
}

async function start({ issuer, id, secret, redirectUri }: ClientIdentity): Promise<RealClient> {
  // Its default paths are ours.
  const options = { client: { id, secret }, auth: { tokenHost: issuer } };
  const machines = new ClientCredentials(options);
  const codes = new AuthorizationCode(options);
  const passwords = new ResourceOwnerPassword(options);
  const kept = ({ refreshToken }: ClientTokens) => passwords.createToken({ refresh_token: refreshToken });
  return {
    clientCredentials: async (scope) => tokensOf(await machines.getToken({ scope })),
    password: async (username, password) => tokensOf(await passwords.getToken({ username, password })),
    // It knows nothing of PKCE, and passes on what it is given.
    async authorizationCode(browse) {
      const code_verifier = randomBytes(32).toString('base64url');
      const request = {
        redirect_uri: redirectUri,
        scope: 'articles:read',
        state: 'a state',
        code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
        code_challenge_method: 'S256',
      };
      const answer = new URL(await browse(codes.authorizeURL(request))).searchParams;
      const redeemed = { code: answer.get('code') ?? '', redirect_uri: redirectUri, code_verifier };
      return tokensOf(await codes.getToken(redeemed));
    },
    refresh: async (tokens) => tokensOf(await kept(tokens).refresh()),
    revoke: (tokens) => kept(tokens).revoke('refresh_token'),
  };
}

interface WreckError {
  readonly output: { readonly statusCode: number };
  readonly data: { readonly payload: { readonly error: string } };
}

function told(error: unknown): Refusal {
  const { output, data } = error as WreckError;
  return { status: output.statusCode, word: data.payload.error };
}

export const simpleOauth2: ClientLibrary = { name: 'simple-oauth2', start, told };
