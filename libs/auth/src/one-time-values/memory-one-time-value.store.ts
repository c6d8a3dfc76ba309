import type { Clock } from '../kernel/clock.js';
import { digest } from '../kernel/opaque.js';
import { ExpiringMap } from '../memory/expiring-map.js';
import type { Sweepable } from '../memory/sweeper.js';
import { keptMs, OneTimeValueStore, type UseVerdict } from './one-time-value.store.js';

const MAX_VALUES = 100_000;

/** One-time values of this process only; full of them it refuses new ones with `store_unavailable` rather than forget one. */
export class MemoryOneTimeValueStore extends OneTimeValueStore implements Sweepable {
  private readonly used: ExpiringMap<string, true>;

  constructor(
    private readonly clock: Clock,
    { maxValues = MAX_VALUES }: { readonly maxValues?: number } = {},
  ) {
    super();
    this.used = new ExpiringMap({ clock, maxEntries: maxValues, whenFull: 'refuse', isKeptByClock: true });
  }

  /** Values held, for tests and metrics. */
  get size(): number {
    return this.used.size;
  }

  async use(value: string, ttlMs: number): Promise<UseVerdict> {
    const name = digest(value);
    if (this.used.get(name) !== undefined) return 'replayed';
    this.used.set(name, true, this.clock.now() + keptMs(ttlMs));
    return 'first';
  }

  async wasUsed(value: string): Promise<boolean> {
    return this.used.get(digest(value)) !== undefined;
  }

  sweep(): void {
    this.used.sweep();
  }
}
