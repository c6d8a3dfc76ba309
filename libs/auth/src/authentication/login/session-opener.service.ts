import { Injectable } from '@nestjs/common';
import { AuthError } from '../../kernel/auth-error.js';
import { Clock, LONGEST_SECONDS } from '../../kernel/clock.js';
import { checkedCircumstances, checkedUser, type CheckedUser, isNobody } from '../../tokens/checked-login.js';
import type { Login, TokenPair } from '../../tokens/token-pair.js';
import { TokenService } from '../../tokens/token.service.js';
import { AuthenticationSettings } from '../authentication.settings.js';
import { grantedScope, readRequestedScope } from '../requests/requested-scope.js';
import type { AuthenticatedUser } from '../user-authenticator.js';

/** Somebody who was identified, or how to find out who it is. */
export type Identified =
  AuthenticatedUser | (() => Promise<AuthenticatedUser | CheckedUser | null | undefined>);

/** What is known of a login besides who it is; what is left out is what the user, the options and the clock say. */
export interface LoginDetails extends Pick<Login, 'amr' | 'acr' | 'device' | 'binding'> {
  readonly clientId?: string | undefined;
  readonly authenticatedAt?: number | undefined;
  /** Requested scope as sent (RFC 6749 §3.3); `undefined` asks for all the user has. */
  readonly scope?: string | undefined;
}

/** How far the clock of a provider may be ahead. */
const LONGEST_SKEW_MS = 300_000;

/** First-party login: somebody identified in, session and token pair out. */
@Injectable()
export class SessionOpener {
  constructor(
    private readonly tokens: TokenService,
    private readonly settings: AuthenticationSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * @param method named in errors
   * @throws AuthError `invalid_credentials` for nobody, `invalid_scope`, `session_limit_reached`, `store_unavailable`
   * @throws TypeError that names the member which is wrong
   */
  async open(user: Identified, details: LoginDetails, method: string): Promise<TokenPair> {
    // RFC 6749 §3.1: a parameter without a value is treated as if it were omitted.
    const requested = details.scope ? readRequestedScope(details.scope) : undefined;
    const loginOf = (answer: unknown): Login => this.loginOf(answer, details, { requested, method });
    if (typeof user !== 'function') return this.tokens.login(loginOf(user));
    return this.tokens.loginAfter(async () => loginOf(await user()));
  }

  private loginOf(
    answer: unknown,
    { clientId = this.settings.clientId, authenticatedAt, amr, acr, device, binding }: LoginDetails,
    { requested, method }: { readonly requested: readonly string[] | undefined; readonly method: string },
  ): Login {
    if (isNobody(answer)) throw new AuthError('invalid_credentials');
    // Of any other it could be used, but never refreshed.
    if (!this.settings.clientIds.includes(clientId))
      throw new TypeError(`${method}: \`clientId\` must be one of authentication.clientId`);
    const user = checkedUser(answer, method);
    return {
      ...user,
      ...checkedCircumstances({ amr, acr }, method),
      clientId,
      scope: grantedScope(requested, user.scope),
      authenticatedAt: this.instantOf(authenticatedAt, method),
      device,
      binding,
    };
  }

  /** When somebody was identified. A wrong unit would make a login look new for ever, or old from the start. */
  private instantOf(given: unknown, method: string): number {
    const now = this.clock.now();
    if (given === undefined) return now;
    if (typeof given === 'number' && given > LONGEST_SECONDS && given < now + LONGEST_SKEW_MS)
      return Math.min(given, now);
    const hint = 'what a provider says as auth_time is in seconds';
    throw new TypeError(`${method}: \`authenticatedAt\` must be a past instant in epoch ms; ${hint}`);
  }
}
