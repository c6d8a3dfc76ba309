import type { MemorySessionState, SessionRecord } from '../token-blacklist/memory-session-state.js';
import {
  type EndedSession,
  type OpenVerdict,
  type RecallVerdict,
  RefreshSessionStore,
  type RotationTerms,
  type RotationVerdict,
  type SessionState,
  type SessionTerms,
  type StoredFacts,
  type StoredSession,
} from './refresh-session.store.js';

/** Sessions in this process only; when memory is full the session opened first is dropped. */
export class MemoryRefreshSessionStore extends RefreshSessionStore {
  constructor(private readonly state: MemorySessionState<StoredFacts>) {
    super();
  }

  async open(sessionId: string, facts: StoredFacts, terms: SessionTerms): Promise<OpenVerdict> {
    const evicted = this.makeRoom(facts.subject, terms);
    if (evicted === undefined) return { verdict: 'full' };
    const { clock, epochs, settings } = this.state;
    const { subject, clientId } = facts;
    epochs.keepForSession(clientId, terms.absoluteTtlMs + settings.accessTokenLifeMs);
    epochs.keepForToken(subject, clientId, settings.accessTokenLifeMs);
    const now = clock.now();
    const record = {
      subject,
      clientId,
      facts,
      createdAt: now,
      lastUsedAt: now,
      rotatedAt: 0,
      generation: 0,
      idleExpiresAt: now + terms.idleTtlMs,
      absoluteExpiresAt: now + terms.absoluteTtlMs,
      epoch: epochs.ofClient(clientId),
    };
    this.state.keep(sessionId, record);
    return { verdict: 'opened', state: stateOf(record), epoch: epochs.current(subject, clientId), evicted };
  }

  async recall(sessionId: string): Promise<RecallVerdict> {
    const record = this.state.record(sessionId);
    return record?.facts ?? (this.state.isCut(sessionId) ? 'revoked' : 'unknown');
  }

  async rotate(
    { id }: Pick<StoredSession, 'id'>,
    generation: number,
    terms: RotationTerms,
  ): Promise<RotationVerdict> {
    if (this.state.isCut(id)) return { verdict: 'revoked' };
    const record = this.state.record(id);
    if (record === undefined) return { verdict: 'unknown' };
    const now = this.state.clock.now();
    if (now >= record.idleExpiresAt) return { verdict: 'expired' };
    if (this.state.isOutdated(record)) return { verdict: 'revoked' };
    const verdict = judge(record, generation, now - record.rotatedAt < terms.reuseWindowMs);
    if (verdict === 'reused') {
      this.state.end(id);
      return { verdict };
    }
    if (verdict === 'rotated') this.advance(id, record, generation, terms.idleTtlMs);
    const { epochs, settings } = this.state;
    epochs.keepForToken(record.subject, record.clientId, settings.accessTokenLifeMs);
    return { verdict, state: stateOf(record), epoch: epochs.current(record.subject, record.clientId) };
  }

  async find(sessionId: string): Promise<StoredSession | undefined> {
    const record = this.state.record(sessionId);
    return record !== undefined && this.state.isLive(record) ? storedOf(sessionId, record) : undefined;
  }

  async list(subject: string): Promise<readonly StoredSession[]> {
    return this.state.liveSessions(subject).map(([id, record]) => storedOf(id, record));
  }

  async revokeOthers(sessionId: string): Promise<readonly EndedSession[]> {
    const ended: EndedSession[] = [];
    for (const id of this.state.sessionIdsBeside(sessionId)) {
      const subject = this.state.record(id)?.subject;
      if (subject !== undefined) ended.push({ sessionId: id, subject });
      this.state.end(id);
    }
    return ended;
  }

  private makeRoom(subject: string, { maxSessions, whenFull }: SessionTerms): readonly string[] | undefined {
    if (maxSessions === 0) return [];
    const live = this.state.liveSessions(subject);
    const excess = live.length + 1 - maxSessions;
    if (excess <= 0) return [];
    if (whenFull === 'reject') return undefined;
    const evicted = live.slice(0, excess).map(([id]) => id);
    for (const id of evicted) this.state.end(id);
    return evicted;
  }

  private advance(
    id: string,
    record: SessionRecord<StoredFacts>,
    presented: number,
    idleTtlMs: number,
  ): void {
    const now = this.state.clock.now();
    record.generation = presented + 1;
    record.rotatedAt = now;
    record.lastUsedAt = now;
    record.idleExpiresAt = Math.min(now + idleTtlMs, record.absoluteExpiresAt);
    this.state.keep(id, record);
  }
}

function judge(
  record: SessionRecord,
  presented: number,
  withinWindow: boolean,
): 'rotated' | 'replayed' | 'reused' {
  if (presented >= record.generation) return 'rotated';
  return presented === record.generation - 1 && withinWindow ? 'replayed' : 'reused';
}

function stateOf(record: SessionRecord): SessionState {
  const { createdAt, lastUsedAt, idleExpiresAt, absoluteExpiresAt, generation } = record;
  return { createdAt, lastUsedAt, idleExpiresAt, absoluteExpiresAt, generation };
}

function storedOf(id: string, record: SessionRecord<StoredFacts>): StoredSession {
  return { id, facts: record.facts, state: stateOf(record) };
}
