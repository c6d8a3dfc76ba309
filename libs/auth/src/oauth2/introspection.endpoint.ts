import { Injectable } from '@nestjs/common';
import { AccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { AuthError } from '../kernel/auth-error.js';
import { RefreshTokenService } from '../sessions/refresh-token.service.js';
import { TokenService } from '../tokens/token.service.js';
import { ClientAuthenticator } from './clients/client-authenticator.service.js';
import { isConfidential, type OAuthClient } from './clients/oauth-client.js';
import { ofAccessToken, ofRefreshToken, type TokenIntrospection } from './introspection-answer.js';
import type { OAuthRequest } from './oauth-request.js';
import { principalUnlessBad } from './principal-unless-bad.js';

/** RFC 7662 §2.2: of a token that isn't active nothing else is told, least of all why. */
const INACTIVE: TokenIntrospection = Object.freeze({ active: false });

/** Tells clients and resource servers about tokens (RFC 7662). */
@Injectable()
export class IntrospectionEndpoint {
  constructor(
    private readonly clients: ClientAuthenticator,
    private readonly tokens: TokenService,
    private readonly sessions: RefreshTokenService,
    private readonly parties: AccessTokensSettings,
  ) {}

  /**
   * What a token is good for now, by the checks of the guard. Clients are told of their own tokens; of the access tokens of
   * others those that `mayIntrospect`.
   * @throws AuthError `invalid_client`, also for a public one; `invalid_request`, `quota_exceeded`, `store_unavailable`
   */
  async answer(request: OAuthRequest): Promise<TokenIntrospection> {
    const client = await this.clients.authenticate(request);
    return this.clients.serve(client, { endpoint: 'introspection', request }, async () => {
      // §2.1: without authentication whoever found a token could find out what it is worth.
      if (!isConfidential(client))
        throw new AuthError('invalid_client', { detail: 'a public client can not be authenticated' });
      const token = request.require('token');
      return (await this.accessToken(client, token)) ?? (await this.refreshToken(client, token)) ?? INACTIVE;
    });
  }

  private async accessToken(client: OAuthClient, token: string): Promise<TokenIntrospection | undefined> {
    const principal = await principalUnlessBad(this.tokens, token);
    const isToldTo = client.mayIntrospect === true || principal?.clientId === client.id;
    return principal !== undefined && isToldTo ? ofAccessToken(principal) : undefined;
  }

  /** Resource servers included: a refresh token is none of their business. */
  private async refreshToken({ id }: OAuthClient, token: string): Promise<TokenIntrospection | undefined> {
    const session = await this.sessions.inspect(token);
    return session?.clientId === id ? ofRefreshToken(session, this.parties.issuer) : undefined;
  }
}
