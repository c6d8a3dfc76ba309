import { Injectable } from '@nestjs/common';
import { AccessTokenIssuer } from '../access-tokens/access-token-issuer.js';
import { AccessTokenVerifier } from '../access-tokens/access-token-verifier.js';
import { AuthError } from '../kernel/auth-error.js';
import type { Principal } from '../kernel/principal.js';
import { RefreshSessionService, type SessionGrant } from '../refresh-sessions/refresh-session.service.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import type { Login, RefreshRequest, TokenGrant } from './token-grant.js';

/** The one place where keys, sessions and revocation meet: issues, refreshes, verifies and revokes tokens. */
@Injectable()
export class TokenService {
  constructor(
    private readonly issuer: AccessTokenIssuer,
    private readonly verifier: AccessTokenVerifier,
    private readonly sessions: RefreshSessionService,
    private readonly blacklist: TokenBlacklistService,
  ) {}

  /** Opens a session and issues its first pair. @throws AuthError `session_limit_reached`, `store_unavailable` */
  async login(login: Login): Promise<TokenGrant> {
    return this.grant(await this.sessions.open(login), login.scope);
  }

  /**
   * Rotates a refresh token (RFC 6749 §6). A retry within the reuse window gets the same successor again.
   * @throws AuthError `invalid_grant`, `invalid_scope`, `store_unavailable`
   */
  async refresh({ refreshToken, clientId, scope }: RefreshRequest): Promise<TokenGrant> {
    const rotation = await this.sessions.rotate(refreshToken, { clientId, scope });
    switch (rotation.verdict) {
      case 'rotated':
      case 'replayed':
        return this.grant(rotation, scope ?? rotation.session.scope);
      case 'scope-exceeded':
        throw new AuthError('invalid_scope', {
          detail: 'the refresh asks for more scope than the session has',
        });
      default:
        throw new AuthError('invalid_grant', { detail: `the refresh token is ${rotation.verdict}` });
    }
  }

  /**
   * The principal of an access token that is valid and not revoked; the one path of guard, introspection and programmatic use.
   * Answers synchronously when nothing has to be waited for.
   * @throws AuthError `invalid_token`, `store_unavailable`
   */
  verify(token: string): Principal | Promise<Principal> {
    return (
      this.verifyKnown(token) ??
      this.verifier.verify(token).then((principal) => this.unlessRevoked(principal))
    );
  }

  /** {@link verify} for a token whose signature this process has checked before; `undefined` for any other. */
  verifyKnown(token: string): Principal | Promise<Principal> | undefined {
    const known = this.verifier.peek(token);
    return known === undefined ? undefined : this.unlessRevoked(known);
  }

  /** Ends what a principal stands for: its session with every token of it, or the single machine token. */
  async revoke(principal: Principal): Promise<void> {
    if (principal.sessionId === undefined) await this.blacklist.revokeToken(principal);
    else await this.blacklist.revokeSession(principal.sessionId);
  }

  /** Ends the session of a refresh token, its access tokens included; a token that isn't ours is ignored (RFC 7009 §2.2). */
  async revokeRefreshToken(refreshToken: string): Promise<void> {
    const sessionId = await this.sessions.sessionIdOf(refreshToken);
    if (sessionId !== undefined) await this.blacklist.revokeSession(sessionId);
  }

  private async grant(
    { session, refreshToken, epoch, issuedAt }: SessionGrant,
    scope: readonly string[] | undefined,
  ): Promise<TokenGrant> {
    const issued = await this.issuer.issue({
      subject: session.subject,
      clientId: session.clientId,
      roles: session.roles,
      sessionId: session.id,
      authenticatedAt: session.authenticatedAt,
      epoch,
      issuedAt,
      expiresBy: session.absoluteExpiresAt,
      scope,
    });
    const principal = await this.verifier.verify(issued.token);
    return {
      accessToken: issued.token,
      refreshToken,
      expiresInSeconds: issued.expiresInSeconds,
      refreshExpiresAt: session.idleExpiresAt,
      principal,
    };
  }

  /** The principal of an earlier {@link verify}, unless it was revoked since. @throws AuthError `invalid_token`, `store_unavailable` */
  unlessRevoked(principal: Principal): Principal | Promise<Principal> {
    const revoked = this.blacklist.isRevoked(principal);
    if (typeof revoked === 'boolean') return admit(principal, revoked);
    return revoked.then((answer) => admit(principal, answer));
  }
}

function admit(principal: Principal, revoked: boolean): Principal {
  if (revoked) throw new AuthError('invalid_token', { detail: 'the token was revoked' });
  return principal;
}
