import { Injectable } from '@nestjs/common';
import type { AccessTokenContent, PlannedAccessToken } from '../access-tokens/access-token-content.js';
import { AccessTokenIssuer } from '../access-tokens/access-token-issuer.js';
import { AuthError, storeUnavailable } from '../kernel/auth-error.js';
import type { Principal } from '../kernel/principal.js';
import { commonScope } from '../kernel/scope.js';
import type { OpenedSession, Presentation, PresentedToken } from '../sessions/refresh-outcome.js';
import { RefreshTokenService } from '../sessions/refresh-token.service.js';
import type { KnownSession } from '../sessions/session.js';
import type { LoginBeginning, SupersededVerdict } from '../sessions/session.store.js';
import { createSessionId } from '../subjects/subject-keys.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import { AccessTokenCheck } from './access-token-check.js';
import { checkedLogin, openingOf } from './checked-login.js';
import { refusalOf } from './refused-refresh.js';
import type { NamedLogin } from './named-login.js';
import type { Login, TokenPair } from './token-pair.js';

/** What a refresh asks for besides the token itself. */
type RefreshRequest = {
  readonly refreshToken: string;
  /** The client that asks, or those that may; the session of any other is refused, and not ended. */
  readonly clientId?: string | readonly string[] | undefined;
  /** A narrower scope for the access token (RFC 6749 §6). */
  readonly scope?: readonly string[] | undefined;
  /** Greatest scope of the access token, whatever the login granted: what the client may have by now. */
  readonly allowedScope?: readonly string[] | undefined;
  /** Thumbprint of a key that the client has proved to hold; a refresh token that is bound needs it, and so does the access token then. */
  readonly binding?: string | undefined;
  /** The one resource that the access token is for (RFC 8707), of `audience`. @default what the session is for */
  readonly resource?: string | undefined;
  /** Lifetime of the access token in ms, at most `accessTokens.maxTtl`. @default `accessTokens.ttl` */
  readonly accessTokenTtlMs?: number | undefined;
  /** What the request tells about the device, for the record of the event and the session that a legacy token gets. */
  readonly device?: Login['device'] | undefined;
  /** The request that shows the token, where there is one. @internal */
  readonly shownBy?: object | undefined;
};

type RefreshResult =
  { readonly pair: TokenPair } | { readonly presented: PresentedToken; readonly revocations: string };

type LoginResult = { readonly pair: TokenPair } | SupersededVerdict;

/** The one place where keys, sessions and revocation meet: issues, refreshes, verifies and revokes tokens. */
@Injectable()
export class TokenService {
  /** @internal */
  constructor(
    private readonly issuer: AccessTokenIssuer,
    private readonly check: AccessTokenCheck,
    private readonly sessions: RefreshTokenService,
    private readonly blacklist: TokenBlacklistService,
  ) {}

  /**
   * Opens a session and issues its first pair, for somebody who was identified just now. Where that takes a while (a
   * password, a round trip), use {@link loginAfter}. No session is opened before everything is ready for the pair.
   * @throws AuthError `session_limit_reached`, `store_unavailable`
   * @throws TypeError that names the member of `login` that is wrong
   */
  async login(login: Login): Promise<TokenPair> {
    const outcome = await this.open(login, 'login', undefined);
    if ('pair' in outcome) return outcome.pair;
    throw storeUnavailable('the subject was logged out while its login was made ready');
  }

  /**
   * Finds out who somebody is, then opens a session and issues its first pair. A subject who was logged out everywhere
   * meanwhile (disabled, a changed password) may have been let in on what is no longer true, so `identify` is asked once
   * more then. @throws what `identify` throws; as {@link login}
   * @example
   * ```ts
   * const id = await this.passkeys.verify(response); // once: the challenge is used up
   * await tokens.loginAfter(async () => {
   *   const user = await this.users.get(id);
   *   return { subject: user.id, clientId: 'web', roles: user.roles, authenticatedAt: Date.now(), device: {} };
   * });
   * ```
   */
  async loginAfter(identify: () => Promise<Login>): Promise<TokenPair> {
    const beganAt = performance.now();
    const first = await this.open(await identify(), 'loginAfter', {
      ageMs: () => performance.now() - beganAt,
    });
    if ('pair' in first) return first.pair;
    const second = await this.open(await identify(), 'loginAfter', { revocations: first.revocations });
    if ('pair' in second) return second.pair;
    throw storeUnavailable('the subject is being logged out again and again');
  }

  /**
   * Opens a session that was named when somebody agreed to it, and issues its first pair. Whatever can fail comes before it is used,
   * so an error burns nothing. It is for what the user may by now, as a refresh is. @internal
   * @throws AuthError `invalid_grant` when something was revoked since, or the session was ended under its name; `invalid_scope`,
   * `session_limit_reached`, `store_unavailable`; what `use`, `reload` and `accessTokens.claims` throw
   */
  async openNamed({ sessionId: id, login, allowedScope, ...named }: NamedLogin): Promise<TokenPair> {
    const { facts, ttlMs, binding } = openingOf(checkedLogin(login, 'TokenService.openNamed()'));
    const renewed = await this.sessions.renewed({ id, ...facts });
    if (renewed === undefined) throw refusalOf('disowned');
    const { session, answer } = renewed;
    const scope = commonScope(allowedScope, session.scope);
    if (scope?.length === 0)
      throw new AuthError('invalid_scope', {
        detail: 'client and user may have nothing of the scope any more',
      });
    const resource = session.resource ?? named.resource;
    const plan = await this.issuer.plan({ ...contentOf(session, scope), resource, ttlMs, binding });
    await named.use();
    const opened = await this.sessions.openSince(session, { revocations: named.revocations });
    if (opened.verdict === 'superseded')
      throw new AuthError('invalid_grant', { detail: 'the subject was logged out since it agreed' });
    return saying(answer, await this.firstPair(opened, plan));
  }

  /**
   * Rotates a refresh token (RFC 6749 §6). A retry within the reuse window gets the same successor again. Whatever can
   * fail comes before the token is used, so an error burns nothing. Where {@link UserAuthenticator.reload} is implemented, the
   * pair is for what the user may by now, and a user who is nobody any more gets none: the session ends.
   * @throws AuthError `invalid_grant`, `invalid_scope`, `invalid_target`, `store_unavailable`; what `reload` and
   * `accessTokens.claims` throw
   */
  async refresh({ refreshToken, ...request }: RefreshRequest): Promise<TokenPair> {
    const first = await this.turnOver(await this.sessions.present(refreshToken, request), request);
    if ('pair' in first) return first.pair;
    const again = await this.sessions.presentAgain(first.presented, first.revocations);
    const second = await this.turnOver(again, request);
    if ('pair' in second) return second.pair;
    throw storeUnavailable('tokens of the subject are being revoked again and again');
  }

  /**
   * The principal of an access token that is valid and not revoked. Answers synchronously when nothing has to be waited for.
   * @param binding RFC 7638 thumbprint of the key that whoever sent the token has proved to hold; without it a token that is bound to
   * a key isn't valid (RFC 9449 §7.1)
   * @throws AuthError `invalid_token`, `store_unavailable`
   */
  verify(token: string, binding?: string): Principal | Promise<Principal> {
    return this.check.verify(token, binding);
  }

  /** {@link verify} where nobody uses the token: to tell of it, or to end it. @internal */
  inspect(token: string): Promise<Principal> {
    return this.check.inspect(token);
  }

  /**
   * Ends what a principal stands for: its session with every token of it, or the single machine token or credential of a scheme. A
   * token that came of an exchange ends alone: whoever acts for a user doesn't log the user out.
   */
  async revoke(principal: Principal): Promise<void> {
    const { sessionId, scheme, exchangedFrom } = principal;
    if (exchangedFrom !== undefined) return this.blacklist.revokeToken(principal);
    if (sessionId !== undefined) await this.blacklist.revokeSession(sessionId);
    // What a scheme calls a session may be one of the host's, which no blacklist knows.
    if (sessionId === undefined || scheme !== undefined) await this.blacklist.revokeToken(principal);
  }

  /**
   * Ends the sessions of refresh tokens, their access tokens included; a token that isn't ours is ignored (RFC 7009 §2.2).
   * @param clientId the client that asks for it: tokens of any other are ignored as well (§2.1)
   * @returns ids of the sessions that they belonged to
   * @throws AuthError `store_unavailable`
   */
  async revokeRefreshTokens(refreshTokens: readonly string[], clientId?: string): Promise<readonly string[]> {
    const ended: string[] = [];
    for await (const sessionIds of this.sessions.giveUp(refreshTokens, clientId)) {
      await Promise.all(sessionIds.map((sessionId) => this.blacklist.revokeSession(sessionId)));
      ended.push(...sessionIds);
    }
    return ended;
  }

  /**
   * Of some refresh tokens those that are authentic, used or not: one of each session, its newest, in the order in which
   * to try them. A browser may send several. @throws AuthError `store_unavailable`
   */
  authenticRefreshTokens(refreshTokens: readonly string[]): Promise<readonly string[]> {
    return this.sessions.authenticOf(refreshTokens);
  }

  /** Makes everything ready, then turns the refresh token over. Not what was found out about its user before a revocation. */
  private async turnOver(
    presented: Presentation,
    { accessTokenTtlMs: ttlMs, resource, binding }: Omit<RefreshRequest, 'refreshToken'>,
  ): Promise<RefreshResult> {
    if ('verdict' in presented) {
      if (presented.verdict === 'disowned') await this.blacklist.revokeSession(presented.sessionId);
      throw refusalOf(presented.verdict);
    }
    const { session, scope, token } = presented;
    const generation = token.generation + 1;
    // A cookie that comes along by itself binds no session that its login didn't bind.
    const proven = binding?.startsWith('cookie:') === true ? undefined : binding;
    const bound = { binding: session.binding ?? proven };
    const terms = { generation, ttlMs, ...bound, resource: session.resource ?? resource };
    const plan = await this.issuer.plan({ ...contentOf(session, scope), ...terms });
    const rotation = await this.sessions.turnOver(presented);
    if ('session' in rotation) return { pair: saying(presented.answer, await pairOf(rotation, plan)) };
    if (rotation.verdict === 'superseded') return { presented, revocations: rotation.revocations };
    throw refusalOf(rotation.verdict);
  }

  /** Makes everything ready, then opens the session: without a pair there is none. */
  private async open(login: Login, verb: string, begun: LoginBeginning | undefined): Promise<LoginResult> {
    const { answer, facts, ttlMs, binding } = openingOf(checkedLogin(login, `TokenService.${verb}()`));
    const session = { id: createSessionId(facts.subject), ...facts };
    // Claims and signature may take seconds, in which the subject may be logged out.
    const since = begun ?? (await this.sessions.begin(facts));
    const { scope, resource } = session;
    const plan = await this.issuer.plan({ ...contentOf(session, scope), resource, ttlMs, binding });
    const opened = await this.sessions.openSince(session, since);
    if (opened.verdict === 'superseded') return opened;
    return { pair: saying(answer, await this.firstPair(opened, plan)) };
  }

  private async firstPair(opened: OpenedSession, plan: PlannedAccessToken): Promise<TokenPair> {
    try {
      return await pairOf(opened, plan);
    } catch (error) {
      // Nobody will ever hold a token of it. What went wrong is the better answer if ending it fails as well.
      await this.blacklist.revokeSession(opened.session.id).catch(() => {});
      throw error;
    }
  }
}

function contentOf(session: KnownSession, scope: readonly string[] | undefined): AccessTokenContent {
  const { id: sessionId, subject, clientId, roles, authenticatedAt, amr, acr, claims, sessionData } = session;
  return { subject, clientId, roles, sessionId, authenticatedAt, scope, amr, acr, claims, sessionData };
}

function saying(answer: TokenPair['answer'], pair: TokenPair): TokenPair {
  return answer === undefined ? pair : { ...pair, answer };
}

async function pairOf(opened: OpenedSession, plan: PlannedAccessToken): Promise<TokenPair> {
  const { session, refreshToken, epoch, lostAnswers } = opened;
  const issued = await plan.handOut({ epoch, lostAnswers, expiresBy: session.absoluteExpiresAt });
  return {
    accessToken: issued.token,
    refreshToken,
    expiresInSeconds: issued.expiresInSeconds,
    refreshExpiresAt: session.idleExpiresAt,
    principal: issued.principal,
  };
}
