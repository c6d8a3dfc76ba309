import { Injectable } from '@nestjs/common';
import { readRequestedScope } from '../../authentication/requests/requested-scope.js';
import { TokenService } from '../../tokens/token.service.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import type { OAuthRequest } from '../oauth-request.js';
import { ResourceIndicators } from '../resource-indicators.js';
import { Grant, type IssuedTokens } from './grant.js';
import { issuedFor } from './issued-for.js';

/** A client exchanges a refresh token of its own (RFC 6749 §6). */
@Injectable()
export class RefreshTokenGrant extends Grant {
  readonly type = 'refresh_token';

  constructor(
    private readonly tokens: TokenService,
    private readonly resources: ResourceIndicators,
  ) {
    super();
  }

  async issue(client: OAuthClient, request: OAuthRequest): Promise<IssuedTokens> {
    const refreshToken = request.require('refresh_token');
    const { scope } = request.read('scope');
    const pair = await this.tokens.refresh({
      refreshToken,
      // §6: the refresh token is bound to the client to which it was issued.
      clientId: client.id,
      scope: scope === undefined ? undefined : readRequestedScope(scope),
      // What was taken from the client since it was issued is in no further token.
      allowedScope: client.scope,
      binding: request.binding,
      device: request.device,
      resource: this.resources.namedBy(request),
      accessTokenTtlMs: client.accessTokenTtlMs,
    });
    return issuedFor(client, pair);
  }
}
