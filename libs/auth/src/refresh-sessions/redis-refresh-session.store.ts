import type { GuardedRedis } from '../redis/guarded-redis.js';
import { declaringSessions } from '../token-blacklist/subject/declaring-sessions.js';
import { FACTS_OFFSET } from '../token-blacklist/subject/session-record.lua.js';
import { SubjectKeys } from '../token-blacklist/subject/subject-keys.js';
import type { TokenBlacklistSettings } from '../token-blacklist/token-blacklist.settings.js';
import { openSessionScript } from './scripts/open-session.lua.js';
import {
  type EndedSession,
  type OpenVerdict,
  type RecallVerdict,
  RefreshSessionStore,
  type RotationTerms,
  type RotationVerdict,
  type SessionTerms,
  type StoredFacts,
  type StoredSession,
} from './refresh-session.store.js';
import { revokeOthersScript } from './scripts/revoke-others.lua.js';
import { rotateSessionScript } from './scripts/rotate-session.lua.js';
import { viewSessionScript } from './scripts/view-session.lua.js';

type Numbers5 = [number, number, number, number, number];
type OpenReply = ['full'] | ['opened', number, number, number, number, string[]];
type RotateReply =
  ['rotated' | 'replayed', ...Numbers5, number] | ['reused' | 'revoked' | 'expired' | 'unknown'];

/** Sessions on Redis: one string each, shared by every instance. */
export class RedisRefreshSessionStore extends RefreshSessionStore {
  constructor(
    private readonly redis: GuardedRedis,
    private readonly settings: TokenBlacklistSettings,
  ) {
    super();
  }

  async open(sessionId: string, facts: StoredFacts, terms: SessionTerms): Promise<OpenVerdict> {
    const verdict = await this.tryOpen(sessionId, facts, terms);
    if (verdict.verdict === 'opened') return verdict;
    // Sessions that a client or global revocation ended are still in the index; looking at them clears them away.
    const live = await this.list(facts.subject);
    return live.length < terms.maxSessions ? this.tryOpen(sessionId, facts, terms) : verdict;
  }

  async recall(sessionId: string): Promise<RecallVerdict> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, sessionId);
    const facts = await this.redis.call('getrange', keys.record(sessionId), FACTS_OFFSET, -1);
    if (facts !== '') return JSON.parse(facts as string) as StoredFacts;
    return (await this.redis.call('exists', keys.cut(sessionId))) === 1 ? 'revoked' : 'unknown';
  }

  async rotate(
    { id, facts }: Pick<StoredSession, 'id' | 'facts'>,
    generation: number,
    terms: RotationTerms,
  ): Promise<RotationVerdict> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, id);
    const [verdict, ...rest] = (await this.redis.run(
      rotateSessionScript,
      [keys.record(id), keys.index, keys.cut(id), keys.feed, ...keys.epochs(facts.clientId)],
      [
        id,
        generation,
        terms.idleTtlMs,
        terms.reuseWindowMs,
        this.settings.accessTokenLifeMs,
        this.settings.feedTtlMs,
      ],
    )) as RotateReply;
    if (verdict !== 'rotated' && verdict !== 'replayed') return { verdict };
    const [createdAt, lastUsedAt, idleExpiresAt, absoluteExpiresAt, current, epoch] = rest as [
      ...Numbers5,
      number,
    ];
    const state = { createdAt, lastUsedAt, idleExpiresAt, absoluteExpiresAt, generation: current };
    return { verdict, state, epoch };
  }

  async find(sessionId: string): Promise<StoredSession | undefined> {
    const facts = await this.recall(sessionId);
    if (typeof facts === 'string') return undefined;
    const keys = SubjectKeys.ofSession(this.redis.keySpace, sessionId);
    const [, clientEpoch, globalEpoch] = keys.epochs(facts.clientId);
    const reply = (await this.redis.run(
      viewSessionScript,
      [keys.record(sessionId), keys.index, clientEpoch, globalEpoch],
      [sessionId],
    )) as Numbers5 | [];
    if (reply.length === 0) return undefined;
    const [createdAt, lastUsedAt, idleExpiresAt, absoluteExpiresAt, generation] = reply;
    const state = { createdAt, lastUsedAt, idleExpiresAt, absoluteExpiresAt, generation };
    return { id: sessionId, facts, state };
  }

  async list(subject: string): Promise<readonly StoredSession[]> {
    const { index } = SubjectKeys.ofSubject(this.redis.keySpace, subject);
    const ids = (await this.redis.call('zrange', index, 0, -1)) as string[];
    const found = await Promise.all(ids.map((id) => this.find(id)));
    return found.filter((session) => session !== undefined);
  }

  async revokeOthers(sessionId: string): Promise<readonly EndedSession[]> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, sessionId);
    const fixed = [sessionId, this.settings.accessTokenLifeMs, this.settings.feedTtlMs];
    const [, ended, subject] = await declaringSessions<['revoked', string[], string | null]>((ids) =>
      this.redis.run(
        revokeOthersScript,
        [keys.index, keys.feed, ...ids.flatMap((id) => [keys.record(id), keys.cut(id)])],
        [...fixed, ...ids],
      ),
    );
    return subject === null ? [] : ended.map((id) => ({ sessionId: id, subject }));
  }

  private async tryOpen(id: string, facts: StoredFacts, terms: SessionTerms): Promise<OpenVerdict> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, id);
    const fixed = [id, JSON.stringify(facts), terms.idleTtlMs, terms.absoluteTtlMs];
    const { accessTokenLifeMs, feedTtlMs } = this.settings;
    const [verdict, createdAt, idleExpiresAt, absoluteExpiresAt, epoch, evicted] =
      await declaringSessions<OpenReply>((ids) =>
        this.redis.run(
          openSessionScript,
          [
            keys.record(id),
            keys.index,
            keys.feed,
            ...keys.epochs(facts.clientId),
            ...ids.flatMap((other) => [keys.record(other), keys.cut(other)]),
          ],
          [...fixed, accessTokenLifeMs, terms.maxSessions, terms.whenFull, feedTtlMs, ...ids],
        ),
      );
    if (verdict === 'full') return { verdict };
    const state = { createdAt, lastUsedAt: createdAt, idleExpiresAt, absoluteExpiresAt, generation: 0 };
    return { verdict, state, epoch, evicted };
  }
}
