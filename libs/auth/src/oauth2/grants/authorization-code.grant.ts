import { Injectable } from '@nestjs/common';
import type { AuthorizationCodeContent } from '../../authorization-codes/authorization-code.store.js';
import { AuthError } from '../../kernel/auth-error.js';
import type { Login, TokenPair } from '../../tokens/token-pair.js';
import { TokenService } from '../../tokens/token.service.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import type { OAuthRequest } from '../oauth-request.js';
import { isVerifierOf } from '../pkce.js';
import { ResourceIndicators } from '../resource-indicators.js';
import { Grant, type IssuedTokens } from './grant.js';
import { boundAs, issuedFor } from './issued-for.js';
import { codeRefusal, PresentedCodes } from './presented-codes.js';

/** A client exchanges the code that its user brought (RFC 6749 §4.1.3), and proves that it asked for it (RFC 7636 §4.5). */
@Injectable()
export class AuthorizationCodeGrant extends Grant {
  readonly type = 'authorization_code';

  constructor(
    private readonly codes: PresentedCodes,
    private readonly tokens: TokenService,
    private readonly resources: ResourceIndicators,
  ) {
    super();
  }

  async issue(client: OAuthClient, request: OAuthRequest): Promise<IssuedTokens> {
    const code = request.require('code');
    const resource = this.resources.namedBy(request);
    const content = await this.codes.recall(code, client, request);
    const fault = faultOf(content, request);
    // Whoever holds a code and can't prove that it is theirs is a thief, and may try again.
    if (fault !== undefined) {
      await this.codes.redeem(code, client, request);
      throw codeRefusal(fault);
    }
    return issuedFor(client, await this.open(content, { client, request, resource, code }));
  }

  private open(
    { sessionId, login: written, revocations }: AuthorizationCodeContent,
    {
      client,
      request,
      resource,
      code,
    }: {
      readonly client: OAuthClient;
      readonly request: OAuthRequest;
      readonly resource: string | undefined;
      readonly code: string;
    },
  ): Promise<TokenPair> {
    const agreed = JSON.parse(written) as Omit<Login, 'device'>;
    if (resource !== undefined && agreed.resource !== undefined && agreed.resource !== resource)
      throw new AuthError('invalid_target', { detail: 'the code is for another resource' });
    const own = { accessTokenTtlMs: client.accessTokenTtlMs, device: request.device };
    return this.tokens.openNamed({
      sessionId,
      login: { ...agreed, ...own, ...boundAs(client, request) },
      revocations,
      allowedScope: client.scope,
      resource,
      use: () => this.codes.redeem(code, client, request),
    });
  }
}

/** What is wrong with a code that the right client presents. */
function faultOf(
  { redirectUri, codeChallenge, dpopJkt }: AuthorizationCodeContent,
  request: OAuthRequest,
): string | undefined {
  const { redirect_uri: named, code_verifier: verifier } = request.read('redirect_uri', 'code_verifier');
  // RFC 6749 §4.1.3
  if (named !== redirectUri) return 'redirect_uri is not the one of the authorization request';
  if (!isVerifierOf(codeChallenge, verifier)) return 'code_verifier is not the one of the code';
  // RFC 9449 §10
  if (dpopJkt !== undefined && dpopJkt !== request.binding) return 'there is no proof of the key of the code';
  return undefined;
}
