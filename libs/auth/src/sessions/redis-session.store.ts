import type { GuardedRedis } from '../redis/guarded-redis.js';
import { type EndingReply, endingSessions } from '../subjects/ending-sessions.js';
import { FACTS_OFFSET } from '../subjects/session-record.lua.js';
import { parseFacts, subjectOfFacts } from '../subjects/stored-facts.js';
import { SubjectKeys } from '../subjects/subject-keys.js';
import type { RevocationLifetimes } from '../subjects/revocation-lifetimes.js';
import { RedisSessionList } from './redis-session-list.js';
import { beginLoginScript } from './scripts/begin-login.lua.js';
import { openSessionScript } from './scripts/open-session.lua.js';
import {
  ADOPTED_GENERATION,
  type EndedSession,
  type LoginBeginning,
  type OpenVerdict,
  type RecallVerdict,
  type AdoptionTerms,
  type AdoptionVerdict,
  type SessionPage,
  SessionStore,
  type RotationTerms,
  type RotationVerdict,
  type SessionTerms,
  type StoredFacts,
  type StoredSession,
} from './session.store.js';
import { revokeOthersScript } from './scripts/revoke-others.lua.js';
import { rotateSessionScript } from './scripts/rotate-session.lua.js';
import { withdrawTokenScript } from './scripts/withdraw-token.lua.js';

type OpenReply =
  ['full' | 'known' | 'ended', []] | ['superseded', [], [], string] | ['opened', string[], [], ...Numeric[]];
type AdmissionVerdict = OpenVerdict | { readonly verdict: 'known' };
// A login is remembered for no time at all.
type AdmissionTerms = SessionTerms & AdoptionTerms;
// A client may be set to answer numbers as text.
type Numeric = number | string;
type RotateReply = [RotationVerdict['verdict'], ...Numeric[]];
// `undeclared` brings no more than ids.
type OthersReply = [
  word: string,
  ended: string[],
  next: string[],
  revision: Numeric | undefined,
  ...facts: string[],
];

/** Sessions on Redis: one string each, shared by every instance. */
export class RedisSessionStore extends SessionStore {
  private readonly sessions: RedisSessionList;

  constructor(
    private readonly redis: GuardedRedis,
    private readonly settings: RevocationLifetimes,
  ) {
    super();
    this.sessions = new RedisSessionList(redis);
  }

  async open(sessionId: string, facts: StoredFacts, terms: SessionTerms): Promise<OpenVerdict> {
    const verdict = await this.admit(sessionId, facts, { ...terms, rememberedMs: 0, issuedAt: 0 });
    if (verdict.verdict === 'known') throw new TypeError('a login is not known before');
    return verdict;
  }

  async adopt(id: string, facts: StoredFacts, terms: AdoptionTerms): Promise<AdoptionVerdict> {
    const verdict = await this.admit(id, facts, terms);
    if (verdict.verdict === 'superseded' || verdict.verdict === 'ended') return { verdict: 'revoked' };
    return verdict;
  }

  async withdraw(sessionId: string, rememberedMs: number): Promise<void> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, sessionId);
    await this.redis.run(withdrawTokenScript, [keys.adopted(sessionId)], [Math.ceil(rememberedMs)]);
  }

  async beginLogin(subject: string, clientId: string): Promise<LoginBeginning> {
    const keys = SubjectKeys.ofSubject(this.redis.keySpace, subject);
    const revocations = await this.redis.run(beginLoginScript, keys.revocationMarks(clientId), []);
    return { revocations: String(revocations) };
  }

  async recall(sessionId: string): Promise<RecallVerdict> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, sessionId);
    const facts = String(await this.redis.call('getrange', keys.record(sessionId), FACTS_OFFSET, -1));
    if (facts !== '') return parseFacts<StoredFacts>(facts) ?? 'unknown';
    return (await this.redis.call('exists', keys.endMark(sessionId))) === 1 ? 'revoked' : 'unknown';
  }

  async rotate(
    { id, facts }: Pick<StoredSession, 'id' | 'facts'>,
    generation: number,
    terms: RotationTerms,
  ): Promise<RotationVerdict> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, id);
    const { accessTokenLifetimeMs, feedTtlMs, longestLoginMs } = this.settings;
    const { idleTtlMs, reuseWindowMs, replayUnconfirmedMs = 0, reloaded } = terms;
    const own = [keys.record(id), keys.index, keys.endMark(id), keys.feed];
    const marks = keys.revocationMarks(facts.clientId);
    const fixed = [id, generation, idleTtlMs, reuseWindowMs, accessTokenLifetimeMs, feedTtlMs];
    const written = reloaded?.facts === undefined ? '' : JSON.stringify(reloaded.facts);
    const [verdict, revision = 0, ...rest] = (await this.redis.run(
      rotateSessionScript,
      [...own, ...keys.epochs(facts.clientId), keys.revision, keys.handedOut, ...marks, keys.lostAnswers(id)],
      [...fixed, ...this.since(reloaded?.begun), longestLoginMs, written, replayUnconfirmedMs],
    )) as RotateReply;
    this.redis.saw(keys.revision, Number(revision));
    if (verdict === 'superseded') return { verdict, revocations: String(rest[0]) };
    if (verdict !== 'rotated' && verdict !== 'replayed') return { verdict };
    const [createdAt = 0, lastUsedAt = 0, idleExpiresAt = 0, absoluteExpiresAt = 0, ...current] =
      rest.map(Number);
    const [successor = 0, epoch = 0, lostAnswers = 0] = current;
    const state = { createdAt, lastUsedAt, idleExpiresAt, absoluteExpiresAt, generation: successor };
    return { verdict, state, epoch, lostAnswers };
  }

  async find(sessionId: string): Promise<StoredSession | undefined> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, sessionId);
    const [found] = await this.sessions.read(keys, [sessionId]);
    return found;
  }

  list(subject: string, page: SessionPage): Promise<readonly StoredSession[]> {
    return this.sessions.list(SubjectKeys.ofSubject(this.redis.keySpace, subject), page);
  }

  async revokeOthers(sessionId: string): Promise<readonly EndedSession[]> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, sessionId);
    const { accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil } = this.settings;
    const fixed = [sessionId, accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil];
    const own = [keys.index, keys.feed, keys.subjectMark, keys.revision, keys.record(sessionId)];
    let subject: string | undefined;
    const { ended } = await endingSessions<OthersReply>(async (ids, isFirst) => {
      const reply = (await this.redis.run(
        revokeOthersScript,
        [...own, keys.handedOut, ...ids.flatMap((id) => [keys.record(id), keys.endMark(id)])],
        [...fixed, isFirst ? 'first' : 'next', ...ids],
      )) as OthersReply;
      const [, , , revision, ...facts] = reply;
      this.redis.saw(keys.revision, Number(revision));
      for (const each of facts) subject ??= subjectOfFacts(each);
      return reply;
    });
    return ended.map((id) => ({ sessionId: id, subject }));
  }

  private async admit(id: string, facts: StoredFacts, terms: AdmissionTerms): Promise<AdmissionVerdict> {
    const verdict = await this.tryOpen(id, facts, terms);
    if (verdict.verdict !== 'full') return verdict;
    // Sessions that a client or global revocation ended are still in the index; looking at them clears them away.
    const live = await this.list(facts.subject, { limit: terms.maxSessions });
    return live.length < terms.maxSessions ? this.tryOpen(id, facts, terms) : verdict;
  }

  /** How old something is, and what it knows of. On its way to Redis the call grows older by its deadline at most. */
  private since(begun: LoginBeginning | undefined): readonly [ageMs: number | '', revocations: string] {
    const ageMs = begun?.ageMs?.();
    return [ageMs === undefined ? '' : Math.ceil(ageMs) + this.redis.deadlineMs, begun?.revocations ?? ''];
  }

  private async tryOpen(id: string, facts: StoredFacts, terms: AdmissionTerms): Promise<AdmissionVerdict> {
    const keys = SubjectKeys.ofSession(this.redis.keySpace, id);
    const { accessTokenLifetimeMs, feedTtlMs, longestLoginMs, marksKeptUntil } = this.settings;
    const { idleTtlMs, absoluteTtlMs, maxSessions, whenFull, begun, rememberedMs, issuedAt } = terms;
    const own = [keys.record(id), keys.index, keys.feed, ...keys.epochs(facts.clientId)];
    const named = [
      ...own,
      ...keys.revocationMarks(facts.clientId),
      keys.revision,
      keys.handedOut,
      keys.adopted(id),
      keys.legacyBeginning,
      keys.endMark(id),
    ];
    const fixed = [id, JSON.stringify(facts), idleTtlMs, absoluteTtlMs, accessTokenLifetimeMs, maxSessions];
    const asked = [Math.ceil(rememberedMs), issuedAt, marksKeptUntil];
    let isCleared = false;
    const { ended, last } = await endingSessions<OpenReply>(async (ids) => {
      // With what else a login asks just then: its budgets get their units back.
      const reply = (await this.redis.joint.run(
        openSessionScript,
        [...named, ...ids.flatMap((other) => [keys.record(other), keys.endMark(other)])],
        [...fixed, whenFull, feedTtlMs, ...this.since(begun), longestLoginMs, ...asked, ...ids],
        true,
      )) as EndingReply<OpenReply>;
      // Nobody is to make room for sessions that a client or global revocation ended: looking at them clears them away.
      if (reply[0] === 'undeclared' && !isCleared) await this.sessions.list(keys, { limit: Infinity });
      isCleared = true;
      return reply;
    });
    if (last[0] === 'superseded') return { verdict: 'superseded', revocations: last[3] };
    if (last[0] !== 'opened') return { verdict: last[0] };
    const [createdAt = 0, idleExpiresAt = 0, absoluteExpiresAt = 0, epoch = 0, revision = 0] = last
      .slice(3)
      .map(Number);
    this.redis.saw(keys.revision, revision);
    const generation = rememberedMs > 0 ? ADOPTED_GENERATION : 0;
    const state = { createdAt, lastUsedAt: createdAt, idleExpiresAt, absoluteExpiresAt, generation };
    return { verdict: 'opened', state, epoch, evicted: ended };
  }
}
