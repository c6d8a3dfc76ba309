import { Injectable } from '@nestjs/common';
import type { AuthenticatedUser } from '../../authentication/user-authenticator.js';
import { AuthError } from '../../kernel/auth-error.js';
import { Clock } from '../../kernel/clock.js';
import { commonScope } from '../../kernel/scope.js';
import { checkedCircumstances, checkedUser, isNobody } from '../../tokens/checked-login.js';
import type { Login } from '../../tokens/token-pair.js';
import { TokenService } from '../../tokens/token.service.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import type { OAuthRequest } from '../oauth-request.js';
import { ResourceIndicators } from '../resource-indicators.js';
import { ClientScope } from './client-scope.js';
import type { IssuedTokens } from './grant.js';
import { boundAs, issuedFor } from './issued-for.js';

/** Somebody who was identified, or how to find out who it is. */
type Identified = AuthenticatedUser | (() => Promise<AuthenticatedUser | null | undefined>);

/** What is known of a login besides who it is. */
type ClientLoginDetails = {
  /** How the user was identified (RFC 8176). @default what the user says */
  readonly amr?: readonly string[] | undefined;
  /** How far that can be relied upon. @default what the user says */
  readonly acr?: string | undefined;
  /** When the user was identified, epoch ms. @default now */
  readonly authenticatedAt?: number | undefined;
  /** What the user agreed to, where that was asked before. @default whatever client and user may have */
  readonly scope?: readonly string[] | undefined;
};

const METHOD = 'ClientLoginService.complete()';

/** Opens the session of a user for a client: what a {@link Grant} does once it knows the user. */
@Injectable()
export class ClientLoginService {
  /** @internal */
  constructor(
    private readonly tokens: TokenService,
    private readonly scopes: ClientScope,
    private readonly resources: ResourceIndicators,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a session and issues its first tokens, within what client and user may both have: the scope that was asked for, the
   * lifetime that the client has, a refresh token if it may use one.
   *
   * Give a function where finding out who it is takes a while: a subject who was logged out everywhere meanwhile may have been
   * let in on what is no longer true, so it is asked once more then.
   * @throws AuthError `invalid_grant` when there is no user, `invalid_scope`, `invalid_target`, `session_limit_reached`, `store_unavailable`
   * @throws TypeError that names the member of the user which is wrong
   * @example
   * ```ts
   * async issue(client: OAuthClient, request: OAuthRequest): Promise<IssuedTokens> {
   *   const id = await this.badges.redeem(request.require('badge'), client.id); // once: from here on it is used
   *   return this.logins.complete(client, request, () => this.users.find(id), { amr: ['hwk'] });
   * }
   * ```
   */
  async complete(
    client: OAuthClient,
    request: OAuthRequest,
    user: Identified,
    details: ClientLoginDetails = {},
  ): Promise<IssuedTokens> {
    const { scope: sent } = request.read('scope');
    // What is wrong with the request itself is told before anybody is asked who it is.
    this.scopes.grantTo(client, sent, details.scope);
    const resource = this.resources.namedBy(request);
    const fixed = { resource, device: request.device, ...boundAs(client, request) };
    const loginOf = (answer: unknown): Login => ({
      ...this.loginOf(answer, client, sent, details),
      ...fixed,
    });
    const pair = await (typeof user === 'function'
      ? this.tokens.loginAfter(async () => loginOf(await user()))
      : this.tokens.login(loginOf(user)));
    return issuedFor(client, pair);
  }

  private loginOf(
    answer: unknown,
    client: OAuthClient,
    sent: string | undefined,
    { amr, acr, scope, authenticatedAt = this.clock.now() }: ClientLoginDetails,
  ): Omit<Login, 'device'> {
    if (isNobody(answer)) throw new AuthError('invalid_grant', { detail: 'there is no such user' });
    const user = checkedUser(answer, METHOD);
    return {
      ...user,
      ...checkedCircumstances({ amr, acr }, METHOD),
      clientId: client.id,
      scope: this.scopes.grantTo(client, sent, commonScope(user.scope, scope)),
      authenticatedAt,
      accessTokenTtlMs: client.accessTokenTtlMs,
    };
  }
}
