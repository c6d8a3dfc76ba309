import type { Clock } from '../kernel/clock.js';
import { ExpiringMap } from '../memory/expiring-map.js';
import type { Sweepable } from '../memory/sweeper.js';
import { MemoryEpochs } from './memory-epochs.js';
import { MemoryLostAnswers } from './lost-answers/memory-lost-answers.js';
import { MemoryRevocationMarks } from './memory-revocation-marks.js';
import type { SessionRecord } from './memory-session-record.js';
import { hashSubject, subjectHashOf } from './subject-keys.js';
import type { RevocationLifetimes } from './revocation-lifetimes.js';

/** A token that is as it should be, and of which this process knows nothing. */
export type StrangerToken = 'access token of an earlier run' | 'refresh token of an unknown session';

/** Bounds of {@link MemorySessionState}. */
export interface MemorySessionBounds {
  readonly maxSessions: number;
  /** Told of each session dropped because memory is full. */
  readonly onEvict?: (sessionId: string, subject: string) => void;
  /** Told of each token that an earlier run of the process may have handed out. */
  readonly onStranger?: (stranger: StrangerToken) => void;
}

/**
 * The state that the memory stores of sessions and of revocations share, as the Redis stores share their keys. Everything
 * is synchronous, so each verb of a store is atomic.
 */
export class MemorySessionState<Facts = unknown> implements Sweepable {
  private readonly records: ExpiringMap<string, SessionRecord<Facts>>;
  private readonly index = new Map<string, Set<string>>();
  private readonly endMarks: ExpiringMap<string, true>;
  readonly tokens: ExpiringMap<string, true>;
  readonly epochs: MemoryEpochs;
  readonly lostAnswers: MemoryLostAnswers;
  readonly revocations: MemoryRevocationMarks;
  /** Sessions of legacy refresh tokens: opened, or never to be. */
  readonly adopted: ExpiringMap<string, true>;
  /** Names a token that is refused only because this process knows nothing of it. */
  readonly noteStranger: (stranger: StrangerToken) => void;

  constructor(
    readonly clock: Clock,
    readonly settings: RevocationLifetimes,
    bounds: MemorySessionBounds = { maxSessions: 100_000 },
  ) {
    const maxEntries = settings.maxRevocationsInMemory;
    const revocations = { clock, maxEntries, whenFull: 'refuse', isKeptByClock: true } as const;
    this.endMarks = new ExpiringMap(revocations);
    this.tokens = new ExpiringMap(revocations);
    this.adopted = new ExpiringMap(revocations);
    this.epochs = new MemoryEpochs(revocations);
    this.lostAnswers = new MemoryLostAnswers(revocations);
    this.revocations = new MemoryRevocationMarks(clock, {
      maxEntries,
      keptMs: settings.longestLoginMs,
    });
    this.noteStranger = bounds.onStranger ?? (() => {});
    this.records = new ExpiringMap({
      clock,
      maxEntries: bounds.maxSessions,
      whenFull: 'evict-oldest',
      onEvict: (id, { subject }) => bounds.onEvict?.(id, subject),
      onRemove: (id) => this.unlist(id),
    });
  }

  /** Entries held in all, for tests and metrics. */
  get size(): number {
    return [...this.maps, this.index].reduce((sum, { size }) => sum + size, 0);
  }

  /** A session that is remembered: live, or expired while access tokens of it may be alive. */
  record(sessionId: string): SessionRecord<Facts> | undefined {
    return this.records.get(sessionId);
  }

  /** Whether a remembered session is neither expired nor refused by a client or global revocation. */
  isLive(record: SessionRecord): boolean {
    return record.idleExpiresAt > this.clock.elapsed() && !this.isOutdated(record);
  }

  /** Whether a client or global revocation happened since the login. */
  isOutdated(record: SessionRecord): boolean {
    return this.epochs.ofClient(record.clientId) !== record.epoch;
  }

  /** Adds a session. */
  add(sessionId: string, record: SessionRecord<Facts>, accessTokenLifetimeMs: number): void {
    this.keep(sessionId, record, accessTokenLifetimeMs);
    const hash = subjectHashOf(sessionId);
    const listed = this.index.get(hash) ?? new Set<string>();
    this.index.set(hash, listed.add(sessionId));
  }

  /** Keeps a session until one access-token lifetime after its idle expiry, or longer if it already is. */
  keep(sessionId: string, record: SessionRecord<Facts>, accessTokenLifetimeMs: number): void {
    const leftMs = record.idleExpiresAt - this.clock.elapsed() + accessTokenLifetimeMs;
    this.records.prolong(sessionId, record, this.clock.now() + leftMs);
  }

  /**
   * The answers so far with the current generation were lost. If somebody has one all the same, its access token won't be good
   * beside the next one. @throws AuthError `store_unavailable`; nothing has changed then
   */
  answerAnew(sessionId: string, record: SessionRecord, accessTokenLifetimeMs: number): void {
    const { generation, lostAnswers } = record;
    const ttlMs = this.epochs.tokensLeftMs(accessTokenLifetimeMs);
    this.lostAnswers.note(sessionId, [generation, lostAnswers + 1], ttlMs);
    record.lostAnswers = lostAnswers + 1;
    record.answeredAt = this.clock.elapsed();
  }

  /** Notes that a generation is used, if that is still the current one, and came with an answer that counts. */
  confirm(
    sessionId: string,
    generation: number,
    lostAnswers: number,
  ): 'confirmed' | 'unconfirmed' | 'revoked' {
    if (this.lostAnswers.isLost(sessionId, generation, lostAnswers)) return 'revoked';
    const record = this.records.get(sessionId);
    if (record === undefined || generation < record.generation) return 'confirmed';
    if (generation > record.generation) return 'unconfirmed';
    if (record.lostAnswers !== lostAnswers) return 'revoked';
    record.confirmedAt ??= this.clock.elapsed();
    return 'confirmed';
  }

  /** Tells of a refresh token whose session isn't known. What was adopted here is a legacy one, and of no earlier run. */
  noteUnknown(sessionId: string): void {
    if (this.adopted.get(sessionId) !== true) this.noteStranger('refresh token of an unknown session');
  }

  /** Ids of the remembered sessions of a subject. */
  sessionIds(subject: string): readonly string[] {
    return [...(this.index.get(hashSubject(subject)) ?? [])];
  }

  /** Ids of the remembered sessions of the same subject, the given one left out. */
  sessionIdsBeside(sessionId: string): readonly string[] {
    return [...(this.index.get(subjectHashOf(sessionId)) ?? [])].filter((id) => id !== sessionId);
  }

  /** Whether a session was ended by a revocation while access tokens of it may be alive. */
  hasEndMark(sessionId: string): boolean {
    return this.endMarks.get(sessionId) === true;
  }

  /** Ends a session: refresh and access tokens die together. @throws AuthError `store_unavailable`; it is expired then */
  end(sessionId: string, accessTokenLifetimeMs: number): void {
    this.expire(sessionId);
    const tokensLeftMs = this.epochs.tokensLeftMs(accessTokenLifetimeMs);
    // One that isn't there may be about to be opened.
    const leftMs = this.record(sessionId)
      ? tokensLeftMs
      : Math.max(tokensLeftMs, this.settings.longestLoginMs);
    this.endMarks.prolong(sessionId, true, this.clock.now() + leftMs);
    this.records.delete(sessionId);
  }

  /**
   * Lets a session be refreshed no more. It is still listed, so what ends it can be repeated: memory that is full of
   * revocations refuses further ones, and must not keep a session alive by that.
   */
  expire(sessionId: string): void {
    const record = this.records.get(sessionId);
    if (record !== undefined) record.idleExpiresAt = Math.min(record.idleExpiresAt, this.clock.elapsed());
  }

  sweep(): void {
    for (const map of this.maps) map.sweep();
  }

  private get maps(): readonly (Sweepable & { readonly size: number })[] {
    const { records, endMarks, tokens, epochs, revocations, adopted, lostAnswers } = this;
    return [records, endMarks, tokens, epochs, revocations, adopted, lostAnswers];
  }

  private unlist(sessionId: string): void {
    const hash = subjectHashOf(sessionId);
    const listed = this.index.get(hash);
    listed?.delete(sessionId);
    if (listed?.size === 0) this.index.delete(hash);
  }
}
