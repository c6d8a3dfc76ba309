import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock, numericDate } from '../kernel/clock.js';
import type { Principal } from '../kernel/principal.js';
import { requireWellFormed } from '../kernel/text.js';
import { ReplicatedTokenBlacklistStore } from './replica/replicated-token-blacklist.store.js';
import type { JournalledKind, JournalledRevocation } from './repeats/revocation-journal.js';
import { isSessionId } from '../subjects/subject-keys.js';
import { TokenBlacklistSettings } from './token-blacklist.settings.js';
import { isAnyRevoked, TokenBlacklistStore } from './token-blacklist.store.js';

/** How checks were answered since the start; for metrics. */
type ReplicaStatistics = {
  /** Age of the local copy in milliseconds: the measured lag. */
  readonly ageMs: number;
  /** Revocations in the local copy. */
  readonly revocations: number;
  /** Checks answered from the copy. */
  readonly answeredLocally: number;
  /** Checks that went to the store: the copy was too old, or something recent concerned the token. */
  readonly askedStore: number;
};

/**
 * Credentials of another kind that end with whom they speak for, API keys say. For good: they may live for years, epochs
 * don't. Each verb may be repeated, and throws `store_unavailable` when it can't answer.
 */
export interface EndedAlong {
  /** Ends the credential that principals say as `tokenId`; `false` when it is none of this kind. */
  revokeCredential(token: Pick<Principal, 'tokenId' | 'subject'>): Promise<boolean>;
  revokeSubject(subject: string): Promise<unknown>;
  revokeClient(clientId: string): Promise<unknown>;
  revokeEverything(): Promise<unknown>;
}

/**
 * Revokes access tokens and sessions, and answers whether an access token was revoked.
 *
 * A revocation that returned is in force on every instance: at once, or with `tokenBlacklist.maxStaleness` set within that
 * time. One that threw `store_unavailable` may be in force in part; repeat it.
 * @example
 * ```ts
 * await blacklist.revokeSubject(user.id); // after a password change
 * ```
 */
@Injectable()
export class TokenBlacklistService implements OnApplicationShutdown {
  private readonly others: EndedAlong[] = [];

  /** @internal */
  constructor(
    private readonly store: TokenBlacklistStore,
    private readonly settings: TokenBlacklistSettings,
    private readonly events: AuthEvents,
    private readonly clock: Clock,
  ) {
    // Ends that nobody asked for are to survive a failover as well, and to be known here at once.
    for (const ending of ['refresh.reuse', 'session.evicted'] as const)
      events.on(ending, ({ sessionId }) => store.keepEnded([sessionId]));
  }

  onApplicationShutdown(): void {
    this.store.journal.close();
  }

  /** Credentials of this kind end as well from now on. @internal */
  alsoEnd(kind: EndedAlong): void {
    this.others.push(kind);
  }

  /**
   * Revokes one access token until it would have expired (an expired one needs nothing), or one API key for good. A token of which
   * neither epoch nor scheme is given counts as a legacy one, unless there are none.
   * @throws AuthError `store_unavailable`
   */
  async revokeToken(
    token: Pick<Principal, 'tokenId' | 'subject' | 'expiresAt'> &
      Partial<Pick<Principal, 'epoch' | 'scheme' | 'claims' | 'clientId'>>,
  ): Promise<void> {
    for (const kind of this.others) if (await kind.revokeCredential(token)) return;
    const lifetimeMs = this.latestEndOf(token) - this.clock.now() + this.settings.clockToleranceMs;
    if (lifetimeMs <= 0) return;
    await this.store.revokeToken(token.subject, token.tokenId, lifetimeMs);
    const { subject, tokenId, clientId } = token;
    this.events.emit('token.revoked', { tokenId, subject, clientId });
  }

  /**
   * Logs one device out: its refresh token and its access tokens are refused. Where tokens of another issuer are accepted, those
   * of the issuer's session of that `sid`. @throws AuthError `store_unavailable`
   */
  async revokeSession(sessionId: string): Promise<void> {
    if (this.settings.foreign === undefined && !isSessionId(sessionId)) return;
    requireWellFormed(sessionId);
    const subject = await this.store.revokeSession(sessionId);
    if (subject !== undefined) this.events.emit('session.revoked', { sessionId, subject });
  }

  /**
   * Ends everything a subject has: sessions, access tokens and, for good, API keys. For an account that was disabled, say;
   * `SessionService.revokeAll()` leaves the keys. @throws AuthError `store_unavailable`
   */
  async revokeSubject(subject: string): Promise<void> {
    requireWellFormed(subject);
    await this.endingAlong(
      () => this.endSessionsOf(subject),
      (kind) => kind.revokeSubject(subject),
    );
    this.events.emit('subject.revoked', { subject, apiKeys: true });
  }

  /** Logs a subject out everywhere: its sessions and access tokens end, API keys don't. @internal */
  async revokeSessionsOf(subject: string): Promise<void> {
    requireWellFormed(subject);
    await this.endSessionsOf(subject);
    this.events.emit('subject.revoked', { subject, apiKeys: false });
  }

  /**
   * Refuses the access tokens of a subject and keeps its sessions: what the user may has changed. The next request is 401
   * `invalid_token`; the client refreshes by itself and has what {@link UserAuthenticator.reload} says by then. Change the roles
   * first. @throws AuthError `store_unavailable`
   * @example
   * ```ts
   * await users.setRoles(user.id, ['editor']);
   * await blacklist.expireAccessTokens(user.id);
   * ```
   */
  async expireAccessTokens(subject: string): Promise<void> {
    requireWellFormed(subject);
    await this.store.expireAccessTokens(subject);
    this.events.emit('access-tokens.expired', { subject });
  }

  /** How the local replica is doing (its measured age among others); `undefined` when every check asks the store. */
  replicaStatistics(): ReplicaStatistics | undefined {
    return this.store instanceof ReplicatedTokenBlacklistStore ? this.store.statistics : undefined;
  }

  /** Makes the ends of sessions survive a failover and be known here at once, where another verb than {@link revokeSession} ended them. @internal */
  repeatSessionRevocations(sessionIds: readonly string[]): void {
    this.store.keepEnded(sessionIds);
  }

  /**
   * Makes revocations of another kind survive a failover, those that are added to what this answers.
   * @param repeat must do nothing when it is still there @internal
   */
  repeating(repeat: (revocation: JournalledRevocation) => Promise<unknown>): JournalledKind {
    return this.store.journal.kindOfEach(repeat);
  }

  /**
   * Refuses everything issued to a client so far, API keys included: its secret leaked.
   * @throws AuthError `store_unavailable` @throws TypeError for a lone surrogate
   */
  async revokeClient(clientId: string): Promise<void> {
    requireWellFormed(clientId);
    await this.endingAlong(
      () => this.store.revokeClient(clientId),
      (kind) => kind.revokeClient(clientId),
    );
    this.events.emit('client.revoked', { clientId });
  }

  /** Refuses everything issued to anybody so far, API keys included. @throws AuthError `store_unavailable` */
  async revokeEverything(): Promise<void> {
    await this.endingAlong(
      () => this.store.revokeEverything(),
      (kind) => kind.revokeEverything(),
    );
    this.events.emit('everything.revoked', {});
  }

  /** Whether an access token was revoked, by whatever verb. A plain boolean when no round trip was needed. @throws AuthError `store_unavailable` */
  isRevoked(
    token: Pick<Principal, 'tokenId' | 'sessionId' | 'subject' | 'clientId' | 'epoch'> &
      Partial<Pick<Principal, 'issuedAt' | 'claims' | 'scheme' | 'exchangedFrom'>>,
  ): boolean | Promise<boolean> {
    return isAnyRevoked(token, (each) => this.store.isRevoked(each));
  }

  /**
   * {@link isRevoked}, whatever a local copy knows: for what outlives the token. @internal
   * @param verifiedSince when the verification of a credential began (`Clock.elapsed()`): whatever was revoked since counts
   */
  async isRevokedInStore(token: Principal, verifiedSince?: number): Promise<boolean> {
    if (verifiedSince === undefined || token.exchangedFrom !== undefined)
      return isAnyRevoked(token, (each) => this.store.isRevokedInStore(each));
    const { longestLoginMs, accessTokenLifetimeMs } = this.settings;
    const ageMs = this.clock.elapsed() - verifiedSince;
    // Nothing is marked for longer.
    if (ageMs >= Math.min(longestLoginMs, accessTokenLifetimeMs)) return true;
    const { clock } = this;
    // Read when it is compared: measured earlier it would leave out what was revoked just after the beginning.
    return this.store.isRevokedInStore({
      ...token,
      get ageMs() {
        return clock.elapsed() - verifiedSince;
      },
    });
  }

  /** The epoch to put into a token of a machine; tokens of sessions get theirs from the session. @throws AuthError `store_unavailable` */
  async epochFor(subject: string, clientId: string): Promise<number> {
    for (const id of [subject, clientId]) requireWellFormed(id);
    return this.store.claimEpoch(subject, clientId);
  }

  private async endSessionsOf(subject: string): Promise<void> {
    const ended = await this.store.revokeSubject(subject);
    for (const sessionId of ended) this.events.emit('session.revoked', { sessionId, subject });
  }

  /** What isn't signed of the end of a legacy token, its host may put off. */
  private latestEndOf({
    expiresAt,
    epoch,
    scheme,
    claims,
  }: Parameters<TokenBlacklistService['revokeToken']>[0]): number {
    if (epoch !== undefined || scheme !== undefined) return expiresAt;
    const signedEnd = numericDate(claims?.['exp']) ?? Infinity;
    return Math.max(expiresAt, Math.min(signedEnd, this.settings.marksKeptUntil));
  }

  /** Tokens first: who makes a credential while its owner is revoked looks at them last. What fails in one place is done in others. */
  private async endingAlong(
    tokens: () => Promise<void>,
    along: (kind: EndedAlong) => Promise<unknown>,
  ): Promise<void> {
    try {
      await tokens();
    } finally {
      await Promise.all(this.others.map((kind) => along(kind)));
    }
  }
}
