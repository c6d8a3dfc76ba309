import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { originOf } from '../context/callers/origin-of.js';
import { AuthError, isAuthError } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import type { Principal } from '../kernel/principal.js';
import { TokenService } from '../tokens/token.service.js';
import { AuthenticationSettings } from './authentication.settings.js';
import { authorizationOf, bearerTokenOf, type CredentialRequest } from './requests/credentials.js';
import { fingerprintBinding } from './requests/fingerprint.js';
import { cookiesOf } from './requests/request-cookies.js';
import { parametersOf } from './requests/request-parameters.js';
import { refreshTokensOf } from './refresh.strategy.js';
import { CredentialChain } from './schemes/credential-chain.js';

/** Ends the session of a caller who shows an access token or a refresh token; of both, one has to be good. */
@Injectable()
export class LogoutService {
  // No parameter of the constructor: most apps have access tokens only.
  @Optional()
  @Inject(CredentialChain)
  private readonly chain: CredentialChain | undefined;
  private readonly logger = new Logger('Gatehouse');

  constructor(
    private readonly tokens: TokenService,
    private readonly settings: AuthenticationSettings,
    private readonly events: AuthEvents,
  ) {}

  /**
   * @throws AuthError `unauthenticated` when the request shows neither, `invalid_token` when a bad access token is all it
   * shows, `access_denied` when that is a credential of another kind, `store_unavailable` when something may not be revoked yet
   */
  async logout(request: CredentialRequest): Promise<void> {
    const { refreshTokenField } = this.settings;
    const { [refreshTokenField]: inBody } = parametersOf(request, [refreshTokenField]);
    const { shown, inCookies } = refreshTokensOf(request, this.settings, inBody);
    const refreshTokens = [...shown, ...inCookies];
    const accessCookies = this.accessCookiesOf(request);
    const caller =
      (await this.callerOf(request, [...refreshTokens, ...accessCookies])) ?? (await this.proven(request));
    if (caller === undefined && refreshTokens.length === 0 && accessCookies.length === 0)
      throw await this.refusalOfOther(request);
    const principals = [caller, ...(await this.principalsOf(accessCookies))];
    for (const principal of principals) if (principal !== undefined) await this.tokens.revoke(principal);
    const ended = await this.tokens.revokeRefreshTokens(refreshTokens);
    this.tell(
      request,
      principals.find((each) => each !== undefined),
      ended[0],
    );
  }

  /**
   * Ends the sessions in the cookies of a request that has just logged in anew (ASVS 5.0 7.2.4). The login has succeeded by
   * then, so a failure is for the log.
   */
  async endReplaced(request: CredentialRequest): Promise<void> {
    try {
      // At an endpoint of the host the browser may send the access cookie only.
      for (const principal of await this.principalsOf(this.accessCookiesOf(request)))
        await this.tokens.revoke(principal);
      await this.tokens.revokeRefreshTokens(this.refreshCookiesOf(request));
    } catch (error) {
      const why = isAuthError(error) ? error.reason : String(error);
      this.logger.warn(`The session that a login replaces could not be ended: ${why}`);
    }
  }

  /** Tokens that nobody knows are answered the same, but nobody was logged out. */
  private tell(request: CredentialRequest, caller: Principal | undefined, ended: string | undefined): void {
    if (caller === undefined && ended === undefined) return;
    const { subject, clientId, sessionId = ended } = caller ?? {};
    this.events.emit('logout', { subject, clientId, sessionId }, () => originOf(request));
  }

  /** Whom an access token speaks for that came with a proof; nobody where it is another credential. */
  private async proven(request: CredentialRequest): Promise<Principal | undefined> {
    if (!/^DPoP /i.test(authorizationOf(request) ?? '')) return undefined;
    const circumstances = { token: undefined, transport: 'http', isRequired: true };
    return this.chain?.authenticate(request, circumstances)?.caller;
  }

  /** An API key, say, has opened no session, and stays what it is. */
  private async refusalOfOther(request: CredentialRequest): Promise<AuthError> {
    const circumstances = { token: undefined, transport: 'http', isRequired: true };
    const other = this.chain?.authenticate(request, circumstances);
    if (other === undefined) return new AuthError('unauthenticated');
    const caller = await other.caller;
    return new AuthError('access_denied', {
      detail: `a credential of ${caller?.scheme} has no session to end`,
    });
  }

  /** Ends the session of a login that couldn't be answered: nobody has a token of it. What went wrong is the better answer. */
  async endUnanswered(principal: Principal): Promise<void> {
    await this.tokens.revoke(principal).catch(() => {});
  }

  private fingerprintOf(request: CredentialRequest): string | undefined {
    const { fingerprintCookie } = this.settings;
    return fingerprintCookie && fingerprintBinding(request, fingerprintCookie.name);
  }

  private refreshCookiesOf(request: CredentialRequest): readonly string[] {
    const { refreshCookie } = this.settings;
    return refreshCookie === undefined ? [] : cookiesOf(request, refreshCookie.name);
  }

  private accessCookiesOf(request: CredentialRequest): readonly string[] {
    const { accessCookie } = this.settings;
    return accessCookie === undefined ? [] : cookiesOf(request, accessCookie.name);
  }

  /** Clients send their access token by habit, expired or not: beside another token it must not keep a session alive. */
  private async callerOf(
    request: CredentialRequest,
    others: readonly string[],
  ): Promise<Principal | undefined> {
    const token = bearerTokenOf(request);
    if (token === undefined) return undefined;
    try {
      return await this.tokens.verify(token, this.fingerprintOf(request));
    } catch (error) {
      if (!isBadToken(error)) throw error;
      if (others.some((other) => other !== token)) return undefined;
      // The host may have refresh tokens sent in the same header.
      if (others.length > 0 && (await this.tokens.authenticRefreshTokens(others)).length > 0)
        return undefined;
      throw error;
    }
  }

  /** Whom those access tokens speak for that are good. */
  private async principalsOf(accessTokens: readonly string[]): Promise<readonly Principal[]> {
    const principals = [];
    for (const token of accessTokens) {
      try {
        principals.push(await this.tokens.verify(token));
      } catch (error) {
        if (!isBadToken(error)) throw error;
      }
    }
    return principals;
  }
}

function isBadToken(error: unknown): boolean {
  return isAuthError(error) && error.code === 'invalid_token';
}
