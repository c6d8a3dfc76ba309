import { Inject, Injectable } from '@nestjs/common';
import { DPoPProofs } from '../dpop/dpop-proofs.service.js';
import { AuthError } from '../kernel/auth-error.js';
import { formatScope } from '../kernel/scope.js';
import { ClientAuthenticator } from './clients/client-authenticator.service.js';
import type { IssuedTokens } from './grants/grant.js';
import { Grants } from './grants/grants.js';
import type { OAuthRequest } from './oauth-request.js';

/** Successful answer of the token endpoint (RFC 6749 §5.1). */
export type OAuthTokenAnswer = Readonly<Record<string, unknown>> & {
  readonly access_token: string;
  readonly token_type: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly scope?: string;
};

/** Hands out tokens to clients (RFC 6749 §3.2). */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly clients: ClientAuthenticator,
    private readonly grants: Grants,
    /** `undefined`: proofs aren't looked at. */
    @Inject(DPoPProofs)
    private readonly proofs: DPoPProofs | undefined,
  ) {}

  /**
   * @throws AuthError `invalid_request`, `invalid_client`, `unsupported_grant_type`, `unauthorized_client`, `invalid_dpop_proof`,
   * `use_dpop_nonce`; what the grant throws
   */
  async answer(request: OAuthRequest): Promise<OAuthTokenAnswer> {
    const type = request.require('grant_type');
    const client = await this.clients.authenticate(request);
    return this.clients.serve(client, { endpoint: 'token', request }, async () => {
      const grant = this.grants.find(type);
      if (grant === undefined) throw new AuthError('unsupported_grant_type');
      if (!client.grants.includes(type)) throw new AuthError('unauthorized_client');
      // Before anything that the client presents is used up.
      await request.prove(this.proofs, client.dpopBoundAccessTokens === true);
      return written(await grant.issue(client, request));
    });
  }
}

function written(issued: IssuedTokens): OAuthTokenAnswer {
  const { accessToken, refreshToken, expiresInSeconds, scope, tokenType = 'Bearer', answer } = issued;
  return {
    ...answer,
    access_token: accessToken,
    token_type: tokenType,
    expires_in: expiresInSeconds,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(scope !== undefined && { scope: formatScope(scope) }),
  };
}
