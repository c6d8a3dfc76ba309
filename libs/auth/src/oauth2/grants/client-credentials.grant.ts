import { Injectable } from '@nestjs/common';
import { AuthError } from '../../kernel/auth-error.js';
import { MACHINE_PREFIX } from '../../kernel/principal.js';
import { isConfidential, type OAuthClient } from '../clients/oauth-client.js';
import type { OAuthRequest } from '../oauth-request.js';
import { ResourceIndicators } from '../resource-indicators.js';
import { ClientScope } from './client-scope.js';
import { Grant, type IssuedTokens } from './grant.js';
import { tokenTypeOf } from './issued-for.js';
import { SessionlessTokens } from './sessionless-tokens.js';

/** A client asks for a token of its own (RFC 6749 §4.4). */
@Injectable()
export class ClientCredentialsGrant extends Grant {
  readonly type = 'client_credentials';

  constructor(
    private readonly tokens: SessionlessTokens,
    private readonly scopes: ClientScope,
    private readonly resources: ResourceIndicators,
  ) {
    super();
  }

  async issue(client: OAuthClient, request: OAuthRequest): Promise<IssuedTokens> {
    // §4.4: "The client credentials grant type MUST only be used by confidential clients."
    if (!isConfidential(client))
      throw new AuthError('unauthorized_client', { detail: 'a public client has no token of its own' });
    const { id: clientId, roles = [], accessTokenTtlMs: ttlMs } = client;
    const scope = this.scopes.grantTo(client, request.read('scope').scope);
    const resource = this.resources.namedBy(request);
    const subject = MACHINE_PREFIX + clientId;
    const content = { subject, clientId, scope, roles, resource, ttlMs, binding: request.binding };
    const issued = await this.tokens.issue(content);
    const { token: accessToken, expiresInSeconds, principal } = issued;
    this.tokens.tell(this.type, issued, request);
    // §4.4.3: no refresh token.
    return { accessToken, expiresInSeconds, scope, tokenType: tokenTypeOf(principal) };
  }
}
