import { Injectable } from '@nestjs/common';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import { TokenService } from '../tokens/token.service.js';
import { ClientAuthenticator } from './clients/client-authenticator.service.js';
import type { OAuthRequest } from './oauth-request.js';
import { principalUnlessBad } from './principal-unless-bad.js';

/** Ends the tokens that a client gives back (RFC 7009). */
@Injectable()
export class RevocationEndpoint {
  constructor(
    private readonly clients: ClientAuthenticator,
    private readonly tokens: TokenService,
    private readonly blacklist: TokenBlacklistService,
  ) {}

  /**
   * Ends a token of the client: a refresh token with its whole session, an access token alone. Whatever is no live token of this
   * client is answered the same, so that nobody learns of the tokens of others. Which kind it is, the token itself tells.
   * @returns the empty object: some clients can't read an empty body
   * @throws AuthError `invalid_client`, `invalid_request`, `quota_exceeded`, `store_unavailable`
   */
  async answer(request: OAuthRequest): Promise<Readonly<Record<string, never>>> {
    const client = await this.clients.authenticate(request);
    const { id: clientId } = client;
    return this.clients.serve(client, { endpoint: 'revocation', request }, async () => {
      const token = request.require('token');
      await this.tokens.revokeRefreshTokens([token], clientId);
      const principal = await principalUnlessBad(this.tokens, token);
      if (principal?.clientId === clientId) await this.blacklist.revokeToken(principal);
      return {};
    });
  }
}
