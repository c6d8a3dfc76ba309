import type { Clock } from '../kernel/clock.js';
import { ExpiringMap, type ExpiringMapOptions } from '../memory/expiring-map.js';

/**
 * The three revocation counters of every token, in memory. A counter never expires under a token issued beneath it, so
 * here is also known how long what was issued may live, whatever the settings are by now.
 */
export class MemoryEpochs {
  private readonly counters: ExpiringMap<string, number>;
  /** Starts at the time, so that tokens from before a restart are refused: it forgot which of them were revoked. */
  private global: number;
  private readonly startedAt: number;
  private readonly clock: Clock;
  /** When the last access token and the last session end that were handed out; on the clock that nobody can set. */
  private tokensEndAt = Number.NEGATIVE_INFINITY;
  private sessionsEndAt = Number.NEGATIVE_INFINITY;

  constructor(options: ExpiringMapOptions<string, number>) {
    this.counters = new ExpiringMap(options);
    this.clock = options.clock;
    this.startedAt = options.clock.now();
    this.global = this.startedAt;
  }

  get size(): number {
    return this.counters.size;
  }

  /** Whether a token of this epoch was issued by a process that had started earlier. */
  isOfEarlierRun(epoch: number): boolean {
    return epoch < this.startedAt;
  }

  /** Sum of the counters of a client and of everybody. */
  ofClient(clientId: string): number {
    return this.value(clientKey(clientId)) + this.global;
  }

  /** The epoch of a token issued now. */
  current(subject: string, clientId: string): number {
    return this.value(subjectKey(subject)) + this.ofClient(clientId);
  }

  /** Keeps the counters of a token for at least `ttlMs`. */
  keepForToken(subject: string, clientId: string, ttlMs: number): void {
    this.tokensEndAt = Math.max(this.tokensEndAt, this.clock.elapsed() + ttlMs);
    this.keep(subjectKey(subject), ttlMs);
    this.keep(clientKey(clientId), ttlMs);
  }

  /** Keeps the counter that refuses the sessions of a client for at least `ttlMs`. */
  keepForSession(clientId: string, ttlMs: number): void {
    this.sessionsEndAt = Math.max(this.sessionsEndAt, this.clock.elapsed() + ttlMs);
    this.keep(clientKey(clientId), ttlMs);
  }

  /** How long the last access token handed out may live; not less than what today's settings say. */
  tokensLeftMs(atLeastMs: number): number {
    return Math.max(atLeastMs, this.tokensEndAt - this.clock.elapsed());
  }

  /** Refuses what was issued to a subject until it has expired, and for `ttlMs` at least. */
  advanceSubject(subject: string, ttlMs: number): void {
    this.advance(subjectKey(subject), this.tokensLeftMs(ttlMs));
  }

  /** Refuses what was issued to a client until it has expired, and for `ttlMs` at least. */
  advanceClient(clientId: string, ttlMs: number): void {
    const sessionsLeftMs = this.sessionsEndAt - this.clock.elapsed();
    this.advance(clientKey(clientId), Math.max(this.tokensLeftMs(ttlMs), sessionsLeftMs));
  }

  advanceGlobal(): void {
    this.global += 1;
  }

  sweep(): void {
    this.counters.sweep();
  }

  private value(key: string): number {
    return this.counters.get(key) ?? 0;
  }

  private advance(key: string, ttlMs: number): void {
    this.counters.prolong(key, this.value(key) + 1, this.clock.now() + ttlMs);
  }

  private keep(key: string, ttlMs: number): void {
    const value = this.value(key);
    if (value > 0) this.counters.prolong(key, value, this.clock.now() + ttlMs);
  }
}

const clientKey = (clientId: string): string => `client:${clientId}`;
const subjectKey = (subject: string): string => `subject:${subject}`;
