import type { Clock } from '../kernel/clock.js';
import { AuthError } from '../kernel/auth-error.js';

interface Entry<V> {
  value: V;
  expiresAt: number;
}

/** Bounds of an {@link ExpiringMap}. */
export interface ExpiringMapOptions<K, V> {
  readonly clock: Clock;
  /** Greatest number of entries held at once. */
  readonly maxEntries: number;
  /** What to do when full of live entries: drop the oldest written, or refuse with `store_unavailable`. */
  readonly whenFull: 'evict-oldest' | 'refuse';
  /** Told of each live entry that was dropped to make room. */
  onEvict?(key: K, value: V): void;
  /** Told of each key that left the map, whatever the reason. */
  onRemove?(key: K): void;
}

/** A bounded map whose entries vanish at their expiry; no timer of its own, see {@link Sweeper}. */
export class ExpiringMap<K, V> {
  private readonly entries = new Map<K, Entry<V>>();
  /** No entry expires before this, so that a full map isn't searched in vain at every write. */
  private earliestExpiry = Number.POSITIVE_INFINITY;

  constructor(private readonly options: ExpiringMapOptions<K, V>) {}

  /** Entries held, expired ones that were not swept yet included. */
  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt > this.options.clock.now()) return entry.value;
    this.delete(key);
    return undefined;
  }

  /** Expiry of a live entry in epoch ms, or `undefined`. */
  expiryOf(key: K): number | undefined {
    return this.get(key) === undefined ? undefined : this.entries.get(key)?.expiresAt;
  }

  /** Writes an entry that lives until `expiresAt` (epoch ms). */
  set(key: K, value: V, expiresAt: number): void {
    this.earliestExpiry = Math.min(this.earliestExpiry, expiresAt);
    const known = this.entries.get(key);
    if (known !== undefined) {
      known.value = value;
      known.expiresAt = expiresAt;
      return;
    }
    if (this.entries.size >= this.options.maxEntries) this.makeRoom();
    this.entries.set(key, { value, expiresAt });
  }

  delete(key: K): boolean {
    const known = this.entries.delete(key);
    if (known) this.options.onRemove?.(key);
    return known;
  }

  /** Drops every expired entry. */
  sweep(): void {
    const now = this.options.clock.now();
    if (now < this.earliestExpiry) return;
    this.earliestExpiry = Number.POSITIVE_INFINITY;
    for (const [key, { expiresAt }] of this.entries) {
      if (expiresAt <= now) this.delete(key);
      else this.earliestExpiry = Math.min(this.earliestExpiry, expiresAt);
    }
  }

  private makeRoom(): void {
    this.sweep();
    if (this.entries.size < this.options.maxEntries) return;
    if (this.options.whenFull === 'refuse') {
      throw new AuthError('store_unavailable', { detail: 'a memory store is full', retryAfterSeconds: 1 });
    }
    const [oldest] = this.entries;
    if (oldest === undefined) return;
    this.delete(oldest[0]);
    this.options.onEvict?.(oldest[0], oldest[1].value);
  }
}
