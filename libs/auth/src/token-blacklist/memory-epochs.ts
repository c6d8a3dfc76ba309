import { ExpiringMap, type ExpiringMapOptions } from '../memory/expiring-map.js';

/** The three revocation counters of every token, in memory. A counter never expires under a token issued beneath it. */
export class MemoryEpochs {
  private readonly counters: ExpiringMap<string, number>;
  /** Starts at the time, so that tokens from before a restart are refused: it forgot which of them were revoked. */
  private global: number;
  private readonly now: () => number;

  constructor(options: ExpiringMapOptions<string, number>) {
    this.counters = new ExpiringMap(options);
    this.now = () => options.clock.now();
    this.global = this.now();
  }

  get size(): number {
    return this.counters.size;
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
    this.keep(subjectKey(subject), ttlMs);
    this.keep(clientKey(clientId), ttlMs);
  }

  /** Keeps the counter that refuses the sessions of a client for at least `ttlMs`. */
  keepForSession(clientId: string, ttlMs: number): void {
    this.keep(clientKey(clientId), ttlMs);
  }

  advanceSubject(subject: string, ttlMs: number): void {
    this.advance(subjectKey(subject), ttlMs);
  }

  advanceClient(clientId: string, ttlMs: number): void {
    this.advance(clientKey(clientId), ttlMs);
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
    const until = Math.max(this.now() + ttlMs, this.counters.expiryOf(key) ?? 0);
    this.counters.set(key, this.value(key) + 1, until);
  }

  private keep(key: string, ttlMs: number): void {
    const value = this.value(key);
    const until = this.now() + ttlMs;
    if (value > 0 && until > (this.counters.expiryOf(key) ?? 0)) this.counters.set(key, value, until);
  }
}

const clientKey = (clientId: string): string => `client:${clientId}`;
const subjectKey = (subject: string): string => `subject:${subject}`;
