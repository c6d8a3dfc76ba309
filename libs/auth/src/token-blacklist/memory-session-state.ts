import type { Clock } from '../kernel/clock.js';
import { ExpiringMap } from '../memory/expiring-map.js';
import type { Sweepable } from '../memory/sweeper.js';
import { MemoryEpochs } from './memory-epochs.js';
import { hashSubject, subjectHashOf } from './subject/session-id.js';
import type { TokenBlacklistSettings } from './token-blacklist.settings.js';

/** The mutable part of a session as memory stores keep it; immutable facts ride along in `facts`. */
export interface SessionRecord<Facts = unknown> {
  readonly subject: string;
  readonly clientId: string;
  readonly facts: Facts;
  readonly createdAt: number;
  readonly absoluteExpiresAt: number;
  /** Client and global epochs at login. */
  readonly epoch: number;
  generation: number;
  /** When the current generation was issued by a rotation; 0 before the first. */
  rotatedAt: number;
  lastUsedAt: number;
  idleExpiresAt: number;
}

/** Bounds of {@link MemorySessionState}. */
export interface MemorySessionBounds {
  readonly maxSessions: number;
  /** Told of each session dropped because memory is full. */
  readonly onEvict?: (sessionId: string, subject: string) => void;
}

/**
 * What the memory stores of sessions and of revocations know together: they decide on the same facts, as their Redis
 * twins do on the same keys. Everything is synchronous, so each verb of a store is atomic.
 */
export class MemorySessionState<Facts = unknown> implements Sweepable {
  private readonly records: ExpiringMap<string, SessionRecord<Facts>>;
  private readonly index = new Map<string, Set<string>>();
  private readonly cuts: ExpiringMap<string, true>;
  readonly tokens: ExpiringMap<string, true>;
  readonly epochs: MemoryEpochs;

  constructor(
    readonly clock: Clock,
    readonly settings: TokenBlacklistSettings,
    bounds: MemorySessionBounds = { maxSessions: 100_000 },
  ) {
    const revocations = { clock, maxEntries: settings.maxRevocationsInMemory, whenFull: 'refuse' } as const;
    this.cuts = new ExpiringMap(revocations);
    this.tokens = new ExpiringMap(revocations);
    this.epochs = new MemoryEpochs(revocations);
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
    return this.records.size + this.index.size + this.cuts.size + this.tokens.size + this.epochs.size;
  }

  /** A session that is remembered: live, or expired less than one access-token life ago. */
  record(sessionId: string): SessionRecord<Facts> | undefined {
    return this.records.get(sessionId);
  }

  /** Whether a remembered session is neither expired nor refused by a client or global revocation. */
  isLive(record: SessionRecord): boolean {
    return record.idleExpiresAt > this.clock.now() && !this.isOutdated(record);
  }

  /** Whether a client or global revocation happened since the login. */
  isOutdated(record: SessionRecord): boolean {
    return this.epochs.ofClient(record.clientId) !== record.epoch;
  }

  /** Keeps a session until one access-token life after its idle expiry. */
  keep(sessionId: string, record: SessionRecord<Facts>): void {
    this.records.set(sessionId, record, record.idleExpiresAt + this.settings.accessTokenLifeMs);
    const hash = subjectHashOf(sessionId);
    const listed = this.index.get(hash) ?? new Set<string>();
    this.index.set(hash, listed.add(sessionId));
  }

  /** Ids of the remembered sessions of a subject. */
  sessionIds(subject: string): readonly string[] {
    return [...(this.index.get(hashSubject(subject)) ?? [])];
  }

  /** Ids of the remembered sessions of the same subject, the given one left out. */
  sessionIdsBeside(sessionId: string): readonly string[] {
    return [...(this.index.get(subjectHashOf(sessionId)) ?? [])].filter((id) => id !== sessionId);
  }

  /** Live sessions of a subject, the one that expires first in front. */
  liveSessions(subject: string): readonly (readonly [string, SessionRecord<Facts>])[] {
    const found: (readonly [string, SessionRecord<Facts>])[] = [];
    for (const id of this.sessionIds(subject)) {
      const record = this.records.get(id);
      if (record !== undefined && this.isLive(record)) found.push([id, record]);
    }
    return found.sort(([idA, a], [idB, b]) => a.idleExpiresAt - b.idleExpiresAt || (idA < idB ? -1 : 1));
  }

  /** Whether a session was ended by a revocation less than one access-token life ago. */
  isCut(sessionId: string): boolean {
    return this.cuts.get(sessionId) === true;
  }

  /** Ends a session: refresh and access tokens die together. */
  end(sessionId: string): void {
    this.cuts.set(sessionId, true, this.clock.now() + this.settings.accessTokenLifeMs);
    this.records.delete(sessionId);
  }

  sweep(): void {
    for (const map of [this.records, this.cuts, this.tokens, this.epochs]) map.sweep();
  }

  private unlist(sessionId: string): void {
    const hash = subjectHashOf(sessionId);
    const listed = this.index.get(hash);
    listed?.delete(sessionId);
    if (listed?.size === 0) this.index.delete(hash);
  }
}
