import { Injectable } from '@nestjs/common';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import type { Principal } from '../kernel/principal.js';
import { isSessionId } from './subject/session-id.js';
import { TokenBlacklistSettings } from './token-blacklist.settings.js';
import { type RevocableToken, TokenBlacklistStore } from './token-blacklist.store.js';

/**
 * Revokes access tokens and sessions, and tells whether an access token was revoked.
 *
 * A revocation that returned is in force on every instance: at once, or with `revocation.maxStaleness` set within that
 * span. One that threw `store_unavailable` may be in force in part; repeat it.
 * @example
 * ```ts
 * await blacklist.revokeSubject(user.id); // after a password change
 * ```
 */
@Injectable()
export class TokenBlacklistService {
  constructor(
    private readonly store: TokenBlacklistStore,
    private readonly settings: TokenBlacklistSettings,
    private readonly events: AuthEvents,
    private readonly clock: Clock,
  ) {}

  /** Revokes one access token until it would have expired. An expired one needs nothing. @throws AuthError `store_unavailable` */
  async revokeToken(token: Pick<Principal, 'tokenId' | 'subject' | 'expiresAt'>): Promise<void> {
    const lifeMs = token.expiresAt - this.clock.now() + this.settings.clockToleranceMs;
    if (lifeMs > 0) await this.store.revokeToken(token.subject, token.tokenId, lifeMs);
  }

  /** Logs one device out: its refresh token and its access tokens are refused. @throws AuthError `store_unavailable` */
  async revokeSession(sessionId: string): Promise<void> {
    if (!isSessionId(sessionId)) return;
    const subject = await this.store.revokeSession(sessionId);
    if (subject !== undefined) this.events.emit('session.revoked', { sessionId, subject });
  }

  /** Logs a subject out everywhere: password changed, account disabled, "log out all". @throws AuthError `store_unavailable` */
  async revokeSubject(subject: string): Promise<void> {
    for (const sessionId of await this.store.revokeSubject(subject)) {
      this.events.emit('session.revoked', { sessionId, subject });
    }
  }

  /** Refuses everything issued to a client so far: its secret leaked. @throws AuthError `store_unavailable` */
  async revokeClient(clientId: string): Promise<void> {
    await this.store.revokeClient(clientId);
  }

  /** Refuses everything issued to anybody so far. @throws AuthError `store_unavailable` */
  async revokeAll(): Promise<void> {
    await this.store.revokeAll();
  }

  /** Whether an access token was revoked, by whatever verb. A plain boolean when no round trip was needed. @throws AuthError `store_unavailable` */
  isRevoked(token: RevocableToken): boolean | Promise<boolean> {
    return this.store.isRevoked(token);
  }

  /** The epoch to put into a token of a machine; tokens of sessions get theirs from the session. @throws AuthError `store_unavailable` */
  async epochFor(subject: string, clientId: string): Promise<number> {
    return this.store.currentEpoch(subject, clientId);
  }
}
