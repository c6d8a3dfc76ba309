import { ExpiringMap, type ExpiringMapOptions } from '../memory/expiring-map.js';

/** The three revocation counters of every token, in memory. A counter never expires under a token issued beneath it. */
export class MemoryEpochs {
  private readonly counters: ExpiringMap<string, number>;
  private readonly now: () => number;

  constructor(options: ExpiringMapOptions<string, number>) {
    this.counters = new ExpiringMap(options);
    this.now = () => options.clock.now();
  }

  get size(): number {
    return this.counters.size;
  }

  /** Sum of the counters of a client and of everybody. */
  ofClient(clientId: string): number {
    return this.value(clientKey(clientId)) + this.value(GLOBAL);
  }

  /** The epoch of a token issued now. */
  current(subject: string, clientId: string): number {
    return this.value(subjectKey(subject)) + this.ofClient(clientId);
  }

  /** Keeps the counters of a token for at least `ttlMs`. */
  keepForToken(subject: string, clientId: string, ttlMs: number): void {
    for (const key of [subjectKey(subject), clientKey(clientId), GLOBAL]) this.keep(key, ttlMs);
  }

  /** Keeps the counters that refuse a session for at least `ttlMs`. */
  keepForSession(clientId: string, ttlMs: number): void {
    for (const key of [clientKey(clientId), GLOBAL]) this.keep(key, ttlMs);
  }

  advanceSubject(subject: string, ttlMs: number): void {
    this.advance(subjectKey(subject), ttlMs);
  }

  advanceClient(clientId: string, ttlMs: number): void {
    this.advance(clientKey(clientId), ttlMs);
  }

  advanceGlobal(ttlMs: number): void {
    this.advance(GLOBAL, ttlMs);
  }

  sweep(): void {
    this.counters.sweep();
  }

  private value(key: string): number {
    return this.counters.get(key) ?? 0;
  }

  private advance(key: string, ttlMs: number): void {
    const until = Math.max(this.now() + ttlMs, this.counters.expiryOf(key) ?? 0);
    this.counters.set(key, this.value(key) + 1, until);
  }

  private keep(key: string, ttlMs: number): void {
    const value = this.value(key);
    const until = this.now() + ttlMs;
    if (value > 0 && until > (this.counters.expiryOf(key) ?? 0)) this.counters.set(key, value, until);
  }
}

const GLOBAL = 'all';
const clientKey = (clientId: string): string => `client:${clientId}`;
const subjectKey = (subject: string): string => `subject:${subject}`;
