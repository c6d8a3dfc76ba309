import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import type { Principal } from '../kernel/principal.js';
import {
  ReplicatedTokenBlacklistStore,
  type ReplicaStatistics,
} from './replica/replicated-token-blacklist.store.js';
import { RevocationJournal } from './revocation-journal.js';
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
export class TokenBlacklistService implements OnApplicationShutdown {
  private readonly journal: RevocationJournal;

  constructor(
    private readonly store: TokenBlacklistStore,
    private readonly settings: TokenBlacklistSettings,
    private readonly events: AuthEvents,
    private readonly clock: Clock,
  ) {
    this.journal = new RevocationJournal(settings.accessTokenLifeMs);
  }

  onApplicationShutdown(): void {
    this.journal.close();
  }

  /** Revokes one access token until it would have expired. An expired one needs nothing. @throws AuthError `store_unavailable` */
  async revokeToken(token: Pick<Principal, 'tokenId' | 'subject' | 'expiresAt'>): Promise<void> {
    const lifeMs = token.expiresAt - this.clock.now() + this.settings.clockToleranceMs;
    if (lifeMs <= 0) return;
    const revoke = (): Promise<void> => this.store.revokeToken(token.subject, token.tokenId, lifeMs);
    await revoke();
    this.secure(revoke);
  }

  /** Logs one device out: its refresh token and its access tokens are refused. @throws AuthError `store_unavailable` */
  async revokeSession(sessionId: string): Promise<void> {
    if (!isSessionId(sessionId)) return;
    const subject = await this.store.revokeSession(sessionId);
    this.secureSession(sessionId);
    if (subject !== undefined) this.events.emit('session.revoked', { sessionId, subject });
  }

  /** Logs a subject out everywhere: password changed, account disabled, "log out all". @throws AuthError `store_unavailable` */
  async revokeSubject(subject: string): Promise<void> {
    const ended = await this.store.revokeSubject(subject);
    await this.secureSubject(subject);
    for (const sessionId of ended) this.events.emit('session.revoked', { sessionId, subject });
  }

  /** How the local replica is doing (its measured age among others); `undefined` when every check asks the store. */
  replicaStatistics(): ReplicaStatistics | undefined {
    return this.store instanceof ReplicatedTokenBlacklistStore ? this.store.statistics : undefined;
  }

  /** Has a session that was ended by another verb than {@link revokeSession} stay ended over a failover. */
  secureSession(sessionId: string): void {
    this.secure(() => this.store.revokeSession(sessionId));
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

  // Repeated only if lost: whoever has logged in since is to stay.
  private async secureSubject(subject: string): Promise<void> {
    if (!this.store.canLoseWrites) return;
    const epoch = await this.store.currentEpoch(subject, '');
    this.secure(async () => {
      if ((await this.store.currentEpoch(subject, '')) < epoch) await this.store.revokeSubject(subject);
    });
  }

  private secure(repeat: () => Promise<unknown>): void {
    if (this.store.canLoseWrites) this.journal.record(repeat);
  }
}
