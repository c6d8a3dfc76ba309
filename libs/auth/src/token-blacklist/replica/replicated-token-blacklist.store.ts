import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Clock } from '../../kernel/clock.js';
import type { Sweeper } from '../../memory/sweeper.js';
import type { GuardedRedis } from '../../redis/guarded-redis.js';
import type { Proviso } from '../../redis/calls.js';
import { RecentRevocations, type RecentVerdict } from './recent-revocations.js';
import { RedisTokenBlacklistStore } from '../redis-token-blacklist.store.js';
import { RevocationFeed } from './revocation-feed.js';
import { revokedTokenOf } from '../../subjects/issuer-keys.js';
import { hashSubject, type SubjectKeys } from '../../subjects/subject-keys.js';
import { RedisForeignTokenBlacklistStore } from '../foreign/redis-foreign-token-blacklist.store.js';
import type { ForeignIssuer, TokenBlacklistSettings } from '../token-blacklist.settings.js';
import {
  type IssuerLogout,
  type LogoutVerdict,
  type RefreshedToken,
  type RevocableToken,
  TokenBlacklistStore,
  type UseVerdict,
} from '../token-blacklist.store.js';
import { RecentForeignRevocations } from './recent-foreign-revocations.js';

/** What keeps a copy young, and knows its age. */
type CopyFeed = Pick<RevocationFeed, 'ageMs' | 'answers' | 'follow' | 'close'>;

/**
 * Answers checks from a local copy of recent revocations as long as that is at most `maxStalenessMs` old, and asks the
 * store otherwise. A revocation made through this instance is known here at once.
 */
export class ReplicatedTokenBlacklistStore
  extends TokenBlacklistStore
  implements OnModuleInit, OnApplicationShutdown
{
  private answeredLocally = 0;
  private askedStore = 0;

  private constructor(
    private readonly store: TokenBlacklistStore & Partial<OnModuleInit>,
    private readonly feed: CopyFeed,
    private readonly recent: RecentRevocations,
  ) {
    super(store.journal);
  }

  /** Over Redis; the copy is followed from {@link onModuleInit} to {@link onApplicationShutdown}. */
  static over(
    redis: GuardedRedis,
    settings: TokenBlacklistSettings,
    clock: Clock,
    sweeper: Sweeper,
  ): ReplicatedTokenBlacklistStore {
    const recent = new RecentRevocations(clock, settings);
    sweeper.register(recent);
    const feed = new RevocationFeed(redis.unasked, recent, settings.maxStalenessMs);
    const store = new RedisTokenBlacklistStore(redis, settings);
    return new ReplicatedTokenBlacklistStore(store, feed, recent);
  }

  /** {@link over} for the tokens of another issuer. */
  static overForeign(
    redis: GuardedRedis,
    settings: TokenBlacklistSettings,
    foreign: ForeignIssuer,
    [clock, sweeper]: readonly [Clock, Sweeper],
  ): ReplicatedTokenBlacklistStore {
    const recent = new RecentForeignRevocations(clock, settings);
    sweeper.register(recent);
    const store = new RedisForeignTokenBlacklistStore(redis, settings, foreign);
    const vouching = (keys: SubjectKeys): Promise<string> => store.vouching(keys);
    const feed = new RevocationFeed(redis.unasked, recent, settings.maxStalenessMs, vouching);
    return new ReplicatedTokenBlacklistStore(store, feed, recent);
  }

  /** Over whatever store, with whatever keeps the copy young. */
  static fedBy(
    feed: CopyFeed,
    store: TokenBlacklistStore,
    recent: RecentRevocations,
  ): ReplicatedTokenBlacklistStore {
    return new ReplicatedTokenBlacklistStore(store, feed, recent);
  }

  /** Reads what happened so far; a store that can't be reached doesn't keep the application from starting. */
  async onModuleInit(): Promise<void> {
    await this.store.onModuleInit?.();
    await this.feed.follow();
  }

  onApplicationShutdown(): void {
    this.feed.close();
  }

  /** Its lag, its size, and who answered how often. */
  get statistics(): Readonly<Record<'ageMs' | 'revocations' | 'answeredLocally' | 'askedStore', number>> {
    const { answeredLocally, askedStore } = this;
    return { ageMs: this.feed.ageMs, revocations: this.recent.size, answeredLocally, askedStore };
  }

  async revokeToken(subject: string, tokenId: string, ttlMs: number): Promise<void> {
    await this.store.revokeToken(subject, tokenId, ttlMs);
    this.recent.note('token', revokedTokenOf(hashSubject(subject), tokenId));
  }

  async revokeSession(sessionId: string): Promise<string | undefined> {
    const subject = await this.store.revokeSession(sessionId);
    this.recent.note('session', sessionId);
    return subject;
  }

  override keepEnded(sessionIds: readonly string[]): void {
    this.store.keepEnded(sessionIds);
    for (const sessionId of sessionIds) this.recent.note('session', sessionId);
  }

  async revokeSubject(subject: string): Promise<readonly string[]> {
    const ended = await this.store.revokeSubject(subject);
    this.recent.note('subject', hashSubject(subject));
    return ended;
  }

  async expireAccessTokens(subject: string): Promise<void> {
    await this.store.expireAccessTokens(subject);
    this.recent.note('subject', hashSubject(subject));
  }

  async revokeClient(clientId: string): Promise<void> {
    await this.store.revokeClient(clientId);
    this.recent.note('client', clientId);
  }

  async revokeEverything(): Promise<void> {
    await this.store.revokeEverything();
    this.recent.note('all', '');
  }

  override async logout(logout: IssuerLogout): Promise<LogoutVerdict> {
    const verdict = await this.store.logout(logout);
    const { subject, sessionId } = logout;
    if (sessionId !== undefined) this.recent.note('session', sessionId);
    if (subject !== undefined) this.recent.note('subject', hashSubject(subject));
    return verdict;
  }

  isRevoked(token: RevocableToken): boolean | Promise<boolean> {
    const verdict = this.localVerdictOn(token);
    if (verdict === 'suspect') return this.isRevokedInStore(token);
    this.answeredLocally += 1;
    return verdict === 'revoked';
  }

  /** What the copy says is counted when it counts. */
  override foresee(token: RevocableToken): boolean | Proviso | undefined {
    const verdict = this.localVerdictOn(token);
    if (verdict !== 'suspect') return verdict === 'revoked';
    const proviso = this.store.foresee(token);
    if (proviso !== undefined) this.askedStore += 1;
    return proviso;
  }

  override isRevokedInStore(token: RevocableToken): boolean | Promise<boolean> {
    this.askedStore += 1;
    return this.store.isRevoked(token);
  }

  /** The store is asked; where it can't be reached the copy may answer, and the next use is the first one. */
  async confirmUse(token: RefreshedToken): Promise<UseVerdict> {
    const verdict = this.feed.answers() ? this.recent.verdictOnFirst(token) : 'suspect';
    this.askedStore += 1;
    try {
      return await this.store.confirmUse(token);
    } catch (error) {
      if (verdict === 'suspect') throw error;
      this.answeredLocally += 1;
      return verdict === 'clear' ? 'unconfirmed' : 'revoked';
    }
  }

  claimEpoch(subject: string, clientId: string): Promise<number> {
    return this.store.claimEpoch(subject, clientId);
  }

  private localVerdictOn(token: RevocableToken): RecentVerdict {
    return this.feed.answers() ? this.recent.verdictOn(token) : 'suspect';
  }
}
