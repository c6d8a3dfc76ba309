import type { SessionRecord } from '../subjects/memory-session-record.js';
import type { MemorySessionState } from '../subjects/memory-session-state.js';
import type { RevocationLifetimes } from '../subjects/revocation-lifetimes.js';
import { byExpiry, newRecord, placeOf } from './memory-records.js';
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
  type SessionState,
  type SessionTerms,
  type SupersededVerdict,
  type StoredFacts,
  type StoredSession,
} from './session.store.js';

type OpenedOrFull = Extract<OpenVerdict, { verdict: 'opened' | 'full' }>;

const WALL_DRIFT_MS = 1_000;

/** Sessions in this process only; when memory is full the session opened first is dropped. */
export class MemorySessionStore extends SessionStore {
  private wallOffset = 0;

  constructor(
    private readonly state: MemorySessionState<StoredFacts>,
    private readonly settings: RevocationLifetimes = state.settings,
  ) {
    super();
  }

  async open(sessionId: string, facts: StoredFacts, terms: SessionTerms): Promise<OpenVerdict> {
    if (this.state.hasEndMark(sessionId)) return { verdict: 'ended' };
    return this.superseded(facts, terms.begun) ?? this.add(sessionId, facts, terms);
  }

  async adopt(sessionId: string, facts: StoredFacts, terms: AdoptionTerms): Promise<AdoptionVerdict> {
    const { adopted, revocations, clock } = this.state;
    if ((adopted.get(sessionId) ?? this.state.record(sessionId)) !== undefined) return { verdict: 'known' };
    const ageMs = clock.now() - terms.issuedAt;
    if (revocations.isEndedSince(facts.subject, facts.clientId, ageMs)) return { verdict: 'revoked' };
    // In front, since memory that is full refuses it: a session that isn't remembered could be opened again.
    this.rememberAdopted(sessionId, terms.rememberedMs);
    let opened: OpenedOrFull | undefined;
    try {
      opened = this.add(sessionId, facts, terms, ADOPTED_GENERATION);
      return opened;
    } finally {
      if (opened?.verdict !== 'opened') adopted.delete(sessionId);
    }
  }

  async withdraw(sessionId: string, rememberedMs: number): Promise<void> {
    this.rememberAdopted(sessionId, rememberedMs);
  }

  async beginLogin(subject: string, clientId: string): Promise<LoginBeginning> {
    return { revocations: this.state.revocations.of(subject, clientId) };
  }

  async recall(sessionId: string): Promise<RecallVerdict> {
    const record = this.state.record(sessionId);
    if (record !== undefined) return record.facts;
    if (this.state.hasEndMark(sessionId)) return 'revoked';
    this.state.noteUnknown(sessionId);
    return 'unknown';
  }

  async rotate(
    { id }: Pick<StoredSession, 'id'>,
    generation: number,
    terms: RotationTerms,
  ): Promise<RotationVerdict> {
    if (this.state.hasEndMark(id)) return { verdict: 'revoked' };
    const record = this.state.record(id);
    if (record === undefined) return { verdict: 'unknown' };
    const now = this.state.clock.elapsed();
    if (now >= record.idleExpiresAt) return { verdict: 'expired' };
    if (this.state.isOutdated(record)) return { verdict: 'revoked' };
    const verdict = judge(record, generation, now, terms);
    const { accessTokenLifetimeMs } = this.settings;
    if (verdict === 'reused') {
      this.state.end(id, accessTokenLifetimeMs);
      return { verdict };
    }
    const superseded = this.superseded(record, terms.reloaded?.begun);
    if (superseded !== undefined) return superseded;
    // In front, since memory that is full refuses it.
    if (verdict === 'replayed' && isLost(record, now, terms.reuseWindowMs))
      this.state.answerAnew(id, record, accessTokenLifetimeMs);
    record.facts = terms.reloaded?.facts ?? record.facts;
    if (verdict === 'rotated') advance(record, generation, { now, idleTtlMs: terms.idleTtlMs });
    // Revocations find the access tokens that outlive their session by its record.
    this.state.keep(id, record, accessTokenLifetimeMs);
    const { epochs } = this.state;
    epochs.keepForToken(record.subject, record.clientId, accessTokenLifetimeMs);
    const epoch = epochs.current(record.subject, record.clientId);
    return { verdict, state: this.stateOf(record), epoch, lostAnswers: record.lostAnswers };
  }

  async find(sessionId: string): Promise<StoredSession | undefined> {
    const record = this.state.record(sessionId);
    return record !== undefined && this.state.isLive(record) ? this.stored(sessionId, record) : undefined;
  }

  async list(subject: string, { limit, after }: SessionPage): Promise<readonly StoredSession[]> {
    const stored = this.liveSessions(subject).map(([id, record]) => this.stored(id, record));
    // A page begins at one of the times that are told.
    const live = stored.sort((a, b) => byExpiry(placeOf(a), placeOf(b)));
    const rest = after === undefined ? live : live.filter((each) => byExpiry(placeOf(each), after) > 0);
    return rest.slice(0, limit);
  }

  async revokeOthers(sessionId: string): Promise<readonly EndedSession[]> {
    const ended: EndedSession[] = [];
    const others = this.state.sessionIdsBeside(sessionId);
    for (const id of others) this.state.expire(id);
    this.state.revocations.noteOthers(sessionId, this.settings.marksKeptUntil);
    for (const id of others) {
      ended.push({ sessionId: id, subject: this.state.record(id)?.subject });
      this.state.end(id, this.settings.accessTokenLifetimeMs);
    }
    return ended;
  }

  private rememberAdopted(sessionId: string, forMs: number): void {
    this.state.adopted.prolong(sessionId, true, this.state.clock.now() + forMs);
  }

  private add(
    sessionId: string,
    facts: StoredFacts,
    terms: Omit<SessionTerms, 'begun'>,
    generation = 0,
  ): OpenedOrFull {
    const evicted = this.makeRoom(facts.subject, terms);
    if (evicted === undefined) return { verdict: 'full' };
    const { clock, epochs } = this.state;
    const { accessTokenLifetimeMs } = this.settings;
    const { subject, clientId } = facts;
    epochs.keepForSession(clientId, terms.absoluteTtlMs + accessTokenLifetimeMs);
    epochs.keepForToken(subject, clientId, accessTokenLifetimeMs);
    const record = newRecord(facts, terms, {
      now: clock.elapsed(),
      generation,
      epoch: epochs.ofClient(clientId),
    });
    this.state.add(sessionId, record, accessTokenLifetimeMs);
    return {
      verdict: 'opened',
      state: this.stateOf(record),
      epoch: epochs.current(subject, clientId),
      evicted,
    };
  }

  /** The answer to what began before a revocation, or knows too few of them. */
  private superseded(
    { subject, clientId }: Pick<SessionRecord, 'subject' | 'clientId'>,
    begun: LoginBeginning | undefined,
  ): SupersededVerdict | undefined {
    const { revocations } = this.state;
    if (begun === undefined || !revocations.isSuperseded(subject, clientId, begun)) return undefined;
    return { verdict: 'superseded', revocations: revocations.of(subject, clientId) };
  }

  /** Live sessions of a subject, in no order. */
  private liveSessions(subject: string): readonly (readonly [string, SessionRecord<StoredFacts>])[] {
    const found: (readonly [string, SessionRecord<StoredFacts>])[] = [];
    for (const id of this.state.sessionIds(subject)) {
      const record = this.state.record(id);
      if (record !== undefined && this.state.isLive(record)) found.push([id, record]);
    }
    return found;
  }

  /** Instants of a record become epoch ms, as the machine's clock counts now. */
  private stateOf(record: SessionRecord): SessionState {
    const { clock } = this.state;
    const offset = clock.now() - clock.elapsed();
    // The two clocks drift apart a little; answers about one session shouldn't.
    if (Math.abs(offset - this.wallOffset) > WALL_DRIFT_MS) this.wallOffset = offset;
    const at = (instant: number): number => Math.round(instant + this.wallOffset);
    return {
      createdAt: at(record.createdAt),
      lastUsedAt: at(record.lastUsedAt),
      idleExpiresAt: at(record.idleExpiresAt),
      absoluteExpiresAt: at(record.absoluteExpiresAt),
      generation: record.generation,
    };
  }

  private stored(id: string, record: SessionRecord<StoredFacts>): StoredSession {
    return { id, facts: record.facts, state: this.stateOf(record) };
  }

  private makeRoom(
    subject: string,
    { maxSessions, whenFull }: Omit<SessionTerms, 'begun'>,
  ): readonly string[] | undefined {
    if (maxSessions === 0) return [];
    const live = this.liveSessions(subject).map(([id, { idleExpiresAt }]) => ({ id, idleExpiresAt }));
    const excess = live.length + 1 - maxSessions;
    if (excess <= 0) return [];
    if (whenFull === 'reject') return undefined;
    const evicted = live
      .sort(byExpiry)
      .slice(0, excess)
      .map(({ id }) => id);
    for (const id of evicted) this.state.end(id, this.settings.accessTokenLifetimeMs);
    return evicted;
  }
}

function advance(
  record: SessionRecord,
  presented: number,
  { now, idleTtlMs }: { readonly now: number; readonly idleTtlMs: number },
): void {
  record.generation = presented + 1;
  record.rotatedAt = now;
  record.answeredAt = now;
  record.lostAnswers = 0;
  record.confirmedAt = undefined;
  record.lastUsedAt = now;
  record.idleExpiresAt = Math.min(now + idleTtlMs, record.absoluteExpiresAt);
}

/** Whether the last answer is taken for lost once it is asked for again. */
function isLost({ confirmedAt, answeredAt }: SessionRecord, now: number, reuseWindowMs: number): boolean {
  return confirmedAt === undefined && now - answeredAt >= reuseWindowMs;
}

function judge(
  record: SessionRecord,
  presented: number,
  now: number,
  terms: RotationTerms,
): 'rotated' | 'replayed' | 'reused' {
  if (presented >= record.generation) return 'rotated';
  return presented === record.generation - 1 && isReplayable(record, now, terms) ? 'replayed' : 'reused';
}

function isReplayable(
  { rotatedAt, confirmedAt }: SessionRecord,
  now: number,
  { reuseWindowMs, replayUnconfirmedMs = 0 }: RotationTerms,
): boolean {
  if (now - rotatedAt < reuseWindowMs) return true;
  if (confirmedAt === undefined) return now - rotatedAt < replayUnconfirmedMs;
  // Retries that were on their way while the successor was used for the first time.
  return confirmedAt - rotatedAt < replayUnconfirmedMs && now - confirmedAt < reuseWindowMs;
}
