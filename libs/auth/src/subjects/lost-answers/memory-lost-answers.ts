import type { Clock } from '../../kernel/clock.js';
import { ExpiringMap, type ExpiringMapOptions } from '../../memory/expiring-map.js';

/** Of a session no more generations are remembered, so that whoever loses answers on purpose fills no memory. */
const MOST_REMEMBERED = 32;

/** The answer that counts of a generation: how many before it were taken for lost. */
type CountingAnswer = readonly [generation: number, lostAnswers: number];

/**
 * What memory remembers of sessions whose answers were taken for lost: of each generation that had such answers the one that
 * counts, whatever becomes of the session.
 */
export class MemoryLostAnswers {
  private readonly known: ExpiringMap<string, readonly CountingAnswer[]>;
  private readonly clock: Clock;

  constructor(options: ExpiringMapOptions<string, unknown>) {
    const { clock, maxEntries, whenFull } = options;
    this.known = new ExpiringMap({ clock, maxEntries, whenFull, isKeptByClock: true });
    this.clock = clock;
  }

  /** Sessions of which something is remembered. */
  get size(): number {
    return this.known.size;
  }

  /** What is remembered of a session, the newest generation last. */
  of(sessionId: string): readonly CountingAnswer[] {
    return this.known.get(sessionId) ?? [];
  }

  /** From now on only this answer counts, for at least `ttlMs`. @throws AuthError `store_unavailable` when memory is full */
  note(sessionId: string, [generation, lostAnswers]: CountingAnswer, ttlMs: number): void {
    const others = this.of(sessionId).filter(([of]) => of !== generation);
    const remembered = [...others, [generation, lostAnswers] as const].slice(-MOST_REMEMBERED);
    this.known.prolong(sessionId, remembered, this.clock.now() + ttlMs);
  }

  /** Whether an access token came with an answer that doesn't count. What may have been dropped to make room doesn't either. */
  isLost(sessionId: string, generation: number, lostAnswers: number): boolean {
    const remembered = this.of(sessionId);
    const counting = remembered.find(([of]) => of === generation);
    if (counting !== undefined) return counting[1] !== lostAnswers;
    return remembered.length >= MOST_REMEMBERED && generation < (remembered[0]?.[0] ?? 0);
  }

  sweep(): void {
    this.known.sweep();
  }
}
