import type { OnModuleInit } from '@nestjs/common';
import type { GuardedRedis } from '../redis/guarded-redis.js';
import type { Proviso } from '../redis/calls.js';
import { batchedReads } from '../redis/joint/turn-batch.js';
import { advanceEpochScript } from './scripts/advance-epoch.lua.js';
import { beginLegacyScript } from './scripts/begin-legacy.lua.js';
import { claimEpochScript } from './scripts/claim-epoch.lua.js';
import { confirmUseScript } from './scripts/confirm-use.lua.js';
import { endingSessions } from '../subjects/ending-sessions.js';
import { subjectOfFacts } from '../subjects/stored-facts.js';
import { advanceWidely, RedisRevocationRepeats } from './repeats/redis-revocation-repeats.js';
import { revokeSessionScript } from './scripts/revoke-session.lua.js';
import { revokeSubjectScript } from './scripts/revoke-subject.lua.js';
import { revokedSinceScript } from './scripts/revoked-since.lua.js';
import { revokeTokenScript } from './scripts/revoke-token.lua.js';
import { revokedTokenOf } from '../subjects/issuer-keys.js';
import { partitionOfToken, SubjectKeys } from '../subjects/subject-keys.js';
import type { TokenBlacklistSettings } from './token-blacklist.settings.js';
import {
  datedBy,
  type RefreshedToken,
  type RevocableToken,
  TokenBlacklistStore,
  type UseVerdict,
} from './token-blacklist.store.js';

// A client may be set to answer numbers as text.
type Numeric = number | string;

/** Revocations on Redis: shared by every instance, gone by themselves. */
export class RedisTokenBlacklistStore extends TokenBlacklistStore implements OnModuleInit {
  private readonly reads: ReturnType<typeof batchedReads>;
  private readonly repeats: RedisRevocationRepeats;
  /** Of the principals of known tokens: to name the keys costs more than the rest of a check. */
  private readonly provisos = new WeakMap<RevocableToken, Proviso>();

  constructor(
    private readonly redis: GuardedRedis,
    private readonly settings: TokenBlacklistSettings,
  ) {
    super();
    this.reads = batchedReads(redis);
    this.repeats = new RedisRevocationRepeats(redis.unasked, settings, this.journal);
    redis.changes.follow(this.journal.changed);
  }

  /** Begins what is remembered of legacy tokens. A partition where that fails is taken for lost by the first question. */
  async onModuleInit(): Promise<void> {
    const { marksKeptUntil } = this.settings;
    if (marksKeptUntil === 0) return;
    const partitions = SubjectKeys.ofEveryPartition(this.redis.keySpace);
    await Promise.allSettled(
      partitions.map((keys) =>
        this.redis.unasked.run(beginLegacyScript, [keys.legacyBeginning], [marksKeptUntil]),
      ),
    );
  }

  async revokeToken(subject: string, tokenId: string, ttlMs: number): Promise<void> {
    const keys = SubjectKeys.ofSubject(this.redis.keySpace, subject);
    const known = revokedTokenOf(keys.hash, tokenId);
    const revision = await this.redis.run(
      revokeTokenScript,
      [keys.token(tokenId), keys.feed, keys.revision, keys.handedOut],
      [known, Math.ceil(ttlMs), this.settings.feedTtlMs, 'token'],
    );
    this.redis.saw(keys.revision, Number(revision));
    this.repeats.addToken(known, ttlMs);
  }

  async revokeSession(sessionId: string): Promise<string | undefined> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, sessionId);
    const { accessTokenLifetimeMs, feedTtlMs, longestLoginMs } = this.settings;
    const [facts, revision] = (await this.redis.run(
      revokeSessionScript,
      [keys.record(sessionId), keys.index, keys.endMark(sessionId), keys.feed, keys.revision, keys.handedOut],
      [sessionId, accessTokenLifetimeMs, feedTtlMs, longestLoginMs],
    )) as [string, number | string];
    this.redis.saw(keys.revision, Number(revision));
    this.repeats.addSessions([sessionId]);
    return subjectOfFacts(facts);
  }

  override keepEnded(sessionIds: readonly string[]): void {
    this.repeats.addSessions(sessionIds);
  }

  async revokeSubject(subject: string): Promise<readonly string[]> {
    const keys = SubjectKeys.ofSubject(this.redis.keySpace, subject);
    const { accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil } = this.settings;
    const fixed = [keys.hash, accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil];
    const own = [keys.index, keys.subjectEpoch, keys.feed, keys.subjectMark, keys.revision, keys.handedOut];
    const { ended, last } = await endingSessions<['revoked', string[], string[], Numeric, Numeric]>(
      (ids, isFirst) =>
        this.redis.run(
          revokeSubjectScript,
          [...own, ...ids.flatMap((id) => [keys.record(id), keys.endMark(id)])],
          [...fixed, isFirst ? 'first' : 'next', ...ids],
        ),
    );
    this.redis.saw(keys.revision, Number(last[3]));
    this.repeats.addSubject(keys.hash, Number(last[4]));
    return ended;
  }

  async expireAccessTokens(subject: string): Promise<void> {
    const keys = SubjectKeys.ofSubject(this.redis.keySpace, subject);
    const { accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil } = this.settings;
    const { subjectEpoch, feed, subjectMark, revision: counter, handedOut } = keys;
    const [revision, epoch] = (await this.redis.run(
      advanceEpochScript,
      // Sessions stay, so the epoch refuses access tokens only, and is kept as long as the last of those.
      [subjectEpoch, feed, subjectMark, counter, handedOut, handedOut],
      [accessTokenLifetimeMs, feedTtlMs, 'subject', keys.hash, longestLoginMs, marksKeptUntil, ''],
    )) as [Numeric, Numeric];
    this.redis.saw(counter, Number(revision));
    this.repeats.addExpired(keys.hash, Number(epoch));
  }

  async revokeClient(clientId: string): Promise<void> {
    await this.advanceEverywhere('client', clientId);
  }

  async revokeEverything(): Promise<void> {
    await this.advanceEverywhere('all');
  }

  async isRevoked(token: RevocableToken): Promise<boolean> {
    if (token.epoch === undefined && (token.ageMs ?? datedBy(token)) !== undefined)
      return this.isRevokedSince(token);
    const { keys, sum } = this.provisos.get(token) ?? this.provisoOf(token);
    const [subject, client, all, ...marked] = await this.reads.ask(partitionOfToken(token), keys);
    const current = Number(subject) + Number(client) + Number(all);
    // A lower epoch than the token's means that the store lost data: it no longer knows what was revoked.
    const isOutdated = token.epoch !== undefined && current !== sum;
    return isOutdated || marked.some((mark) => mark !== null);
  }

  override foresee(token: RevocableToken): Proviso | undefined {
    if (token.epoch === undefined) return undefined;
    const known = this.provisos.get(token);
    if (known !== undefined) return known;
    const proviso = this.provisoOf(token);
    this.provisos.set(token, proviso);
    return proviso;
  }

  async confirmUse(token: RefreshedToken): Promise<UseVerdict> {
    const { tokenId, sessionId, clientId, epoch, generation, lostAnswers } = token;
    const keys = SubjectKeys.ofSession(this.redis.keySpace, sessionId);
    const marks = [keys.endMark(sessionId), keys.token(tokenId), keys.lostAnswers(sessionId)];
    return (await this.redis.run(
      confirmUseScript,
      [keys.record(sessionId), ...keys.epochs(clientId), ...marks],
      [generation, lostAnswers, epoch ?? ''],
    )) as UseVerdict;
  }

  private provisoOf(token: RevocableToken): Proviso {
    const keys = SubjectKeys.ofToken(this.redis.keySpace, token);
    const marks = [keys.token(token.tokenId)];
    if (token.sessionId !== undefined) marks.push(keys.endMark(token.sessionId));
    return { keys: [...keys.epochs(token.clientId), ...marks], sum: token.epoch ?? 0 };
  }

  private async isRevokedSince(token: RevocableToken): Promise<boolean> {
    const { tokenId, sessionId, clientId, ageMs } = token;
    const keys = SubjectKeys.ofToken(this.redis.keySpace, token);
    const ended = sessionId === undefined ? [] : [keys.endMark(sessionId)];
    const marks = [...keys.revocationMarks(clientId), keys.legacyBeginning];
    // The script may run so much later than the age was measured.
    const age = ageMs === undefined ? '' : Math.ceil(ageMs) + this.redis.deadlineMs;
    const args = [datedBy(token) ?? '', this.settings.marksKeptUntil, age];
    const reply = await this.redis.run(revokedSinceScript, [...marks, keys.token(tokenId), ...ended], args);
    return Number(reply) === 1;
  }

  async claimEpoch(subject: string, clientId: string): Promise<number> {
    const keys = SubjectKeys.ofSubject(this.redis.keySpace, subject);
    const ttlMs = this.settings.accessTokenLifetimeMs;
    return (await this.redis.run(
      claimEpochScript,
      [...keys.epochs(clientId), keys.handedOut],
      [ttlMs],
    )) as number;
  }

  private async advanceEverywhere(kind: 'client' | 'all', clientId?: string): Promise<void> {
    const epochs = await Promise.all(
      SubjectKeys.ofEveryPartition(this.redis.keySpace).map((keys) =>
        advanceWidely(this.redis, this.settings, { kind, id: clientId ?? '', keys }),
      ),
    );
    this.repeats.addWide(clientId, epochs);
  }
}
