import type { GuardedRedis } from '../redis/guarded-redis.js';
import { advanceEpochScript } from './scripts/advance-epoch.lua.js';
import { BatchedMget } from './batched-mget.js';
import { currentEpochScript } from './scripts/current-epoch.lua.js';
import { declaringSessions } from './subject/declaring-sessions.js';
import { revokeSessionScript } from './scripts/revoke-session.lua.js';
import { revokeSubjectScript } from './scripts/revoke-subject.lua.js';
import { revokeTokenScript } from './scripts/revoke-token.lua.js';
import { hashSubject } from './subject/session-id.js';
import { SubjectKeys } from './subject/subject-keys.js';
import type { TokenBlacklistSettings } from './token-blacklist.settings.js';
import { type RevocableToken, TokenBlacklistStore } from './token-blacklist.store.js';

/** Revocations on Redis: shared by every instance, gone by themselves. */
export class RedisTokenBlacklistStore extends TokenBlacklistStore {
  override readonly canLoseWrites = true;
  private readonly reads: BatchedMget;

  constructor(
    private readonly redis: GuardedRedis,
    private readonly settings: TokenBlacklistSettings,
  ) {
    super();
    this.reads = new BatchedMget(redis);
  }

  async revokeToken(subject: string, tokenId: string, ttlMs: number): Promise<void> {
    const keys = SubjectKeys.ofSubject(this.redis.keySpace, subject);
    await this.redis.run(
      revokeTokenScript,
      [keys.token(tokenId), keys.feed],
      [tokenId, Math.ceil(ttlMs), this.settings.feedTtlMs],
    );
  }

  async revokeSession(sessionId: string): Promise<string | undefined> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, sessionId);
    const subject = await this.redis.run(
      revokeSessionScript,
      [keys.record(sessionId), keys.index, keys.cut(sessionId), keys.feed],
      [sessionId, this.settings.accessTokenLifeMs, this.settings.feedTtlMs],
    );
    return (subject as string | null) ?? undefined;
  }

  async revokeSubject(subject: string): Promise<readonly string[]> {
    const keys = SubjectKeys.ofSubject(this.redis.keySpace, subject);
    const fixed = [hashSubject(subject), this.settings.accessTokenLifeMs, this.settings.feedTtlMs];
    const [, ended] = await declaringSessions<['revoked', string[]]>((ids) =>
      this.redis.run(
        revokeSubjectScript,
        [keys.index, keys.subjectEpoch, keys.feed, ...ids.flatMap((id) => [keys.record(id), keys.cut(id)])],
        [...fixed, ...ids],
      ),
    );
    return ended;
  }

  async revokeClient(clientId: string): Promise<void> {
    await this.advanceEverywhere('client', clientId, (keys) => keys.clientEpoch(clientId));
  }

  async revokeAll(): Promise<void> {
    await this.advanceEverywhere('all', '', (keys) => keys.globalEpoch);
  }

  async isRevoked(token: RevocableToken): Promise<boolean> {
    const keys = SubjectKeys.ofToken(this.redis.keySpace, token);
    const marks = [keys.token(token.tokenId)];
    if (token.sessionId !== undefined) marks.push(keys.cut(token.sessionId));
    const reply = await this.reads.read(keys.partition, [...keys.epochs(token.clientId), ...marks]);
    const [subject, client, all, ...marked] = reply;
    const current = Number(subject) + Number(client) + Number(all);
    // A lower epoch than the token's means that the store lost data: it no longer knows what was revoked.
    const isOutdated = token.epoch !== undefined && current !== token.epoch;
    return isOutdated || marked.some((mark) => mark !== null);
  }

  async currentEpoch(subject: string, clientId: string): Promise<number> {
    const keys = SubjectKeys.ofSubject(this.redis.keySpace, subject);
    const ttlMs = this.settings.accessTokenLifeMs;
    return (await this.redis.run(currentEpochScript, keys.epochs(clientId), [ttlMs])) as number;
  }

  // Sessions opened earlier must be refused as well, so these counters outlive the longest of them.
  private async advanceEverywhere(
    kind: 'client' | 'all',
    id: string,
    epochOf: (keys: SubjectKeys) => string,
  ): Promise<void> {
    const ttlMs = this.settings.sessionLifeMs + this.settings.accessTokenLifeMs;
    await Promise.all(
      SubjectKeys.ofEveryPartition(this.redis.keySpace).map((keys) =>
        this.redis.run(
          advanceEpochScript,
          [epochOf(keys), keys.feed],
          [ttlMs, this.settings.feedTtlMs, kind, id],
        ),
      ),
    );
  }
}
