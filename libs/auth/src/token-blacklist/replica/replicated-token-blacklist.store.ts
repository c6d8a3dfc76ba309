import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Clock } from '../../kernel/clock.js';
import type { Sweeper } from '../../memory/sweeper.js';
import type { GuardedRedis } from '../../redis/guarded-redis.js';
import { RecentRevocations } from './recent-revocations.js';
import { RedisTokenBlacklistStore } from '../redis-token-blacklist.store.js';
import { RevocationFeed } from './revocation-feed.js';
import { hashSubject } from '../subject/session-id.js';
import type { TokenBlacklistSettings } from '../token-blacklist.settings.js';
import { type RevocableToken, TokenBlacklistStore } from '../token-blacklist.store.js';

/** How checks were answered since the start; for metrics. */
export interface ReplicaStatistics {
  /** Age of the local copy in milliseconds: the measured lag. */
  readonly ageMs: number;
  /** Revocations in the local copy. */
  readonly revocations: number;
  /** Checks answered from the copy. */
  readonly answeredLocally: number;
  /** Checks that went to the store: the copy was too old, or something recent concerned the token. */
  readonly askedStore: number;
}

/**
 * Answers checks from a local copy of recent revocations as long as that is at most `maxStalenessMs` old, and asks the
 * store otherwise. A revocation made through this instance is known here at once.
 */
export class ReplicatedTokenBlacklistStore
  extends TokenBlacklistStore
  implements OnModuleInit, OnApplicationShutdown
{
  override readonly canLoseWrites = true;
  private answeredLocally = 0;
  private askedStore = 0;

  private constructor(
    private readonly store: TokenBlacklistStore,
    private readonly feed: RevocationFeed,
    private readonly recent: RecentRevocations,
    private readonly maxStalenessMs: number,
  ) {
    super();
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
    const feed = new RevocationFeed(redis, recent, settings.maxStalenessMs);
    const store = new RedisTokenBlacklistStore(redis, settings);
    return new ReplicatedTokenBlacklistStore(store, feed, recent, settings.maxStalenessMs);
  }

  /** Reads what happened so far; a store that can't be reached doesn't keep the application from starting. */
  async onModuleInit(): Promise<void> {
    await this.feed.follow();
  }

  onApplicationShutdown(): void {
    this.feed.close();
  }

  get statistics(): ReplicaStatistics {
    const { answeredLocally, askedStore } = this;
    return { ageMs: this.feed.ageMs, revocations: this.recent.size, answeredLocally, askedStore };
  }

  async revokeToken(subject: string, tokenId: string, ttlMs: number): Promise<void> {
    await this.store.revokeToken(subject, tokenId, ttlMs);
    this.recent.note('token', tokenId);
  }

  async revokeSession(sessionId: string): Promise<string | undefined> {
    const subject = await this.store.revokeSession(sessionId);
    this.recent.note('session', sessionId);
    return subject;
  }

  async revokeSubject(subject: string): Promise<readonly string[]> {
    const ended = await this.store.revokeSubject(subject);
    this.recent.note('subject', hashSubject(subject));
    return ended;
  }

  async revokeClient(clientId: string): Promise<void> {
    await this.store.revokeClient(clientId);
    this.recent.note('client', clientId);
  }

  async revokeAll(): Promise<void> {
    await this.store.revokeAll();
    this.recent.note('all', '');
  }

  isRevoked(token: RevocableToken): boolean | Promise<boolean> {
    const verdict = this.feed.ageMs <= this.maxStalenessMs ? this.recent.verdictOn(token) : 'suspect';
    if (verdict === 'suspect') {
      this.askedStore += 1;
      return this.store.isRevoked(token);
    }
    this.answeredLocally += 1;
    return verdict === 'revoked';
  }

  currentEpoch(subject: string, clientId: string): Promise<number> {
    return this.store.currentEpoch(subject, clientId);
  }
}
