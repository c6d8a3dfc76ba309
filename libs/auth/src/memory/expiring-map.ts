import type { Clock } from '../kernel/clock.js';
import { storeUnavailable } from '../kernel/auth-error.js';

interface Entry<V> {
  value: V;
  /** On the clock that nobody can set. */
  deadline: number;
  /** Epoch ms. */
  expiresAt: number;
}

/** Bounds of an {@link ExpiringMap}. */
export interface ExpiringMapOptions<K, V> {
  readonly clock: Clock;
  /** Greatest number of entries held at once. */
  readonly maxEntries: number;
  /** What to do when full of live entries: drop the oldest written, or refuse with `store_unavailable`. */
  readonly whenFull: 'evict-oldest' | 'refuse';
  /**
   * Whether a clock that was set back keeps entries alive until it has caught up: right for what refuses a token, whose
   * `exp` goes by that clock. Set forth it never ends one early.
   * @default false
   */
  readonly isKeptByClock?: boolean;
  /** Told of each live entry that was dropped to make room. */
  onEvict?(key: K, value: V): void;
  /** Told of each key that left the map, whatever the reason. */
  onRemove?(key: K): void;
}

/**
 * A bounded map whose entries vanish when their time has passed, whatever becomes of the machine's clock meanwhile; no timer
 * of its own, see {@link Sweeper}.
 */
export class ExpiringMap<K, V> {
  private readonly entries = new Map<K, Entry<V>>();
  /** No entry expires before this, so that a full map isn't searched in vain at every write. */
  private earliestDeadline = Number.POSITIVE_INFINITY;

  constructor(private readonly options: ExpiringMapOptions<K, V>) {}

  /** Entries held, expired ones that were not swept yet included. */
  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (!this.hasExpired(entry)) return entry.value;
    this.delete(key);
    return undefined;
  }

  /** Expiry of a live entry in epoch ms, or `undefined`. */
  expiryOf(key: K): number | undefined {
    return this.get(key) === undefined ? undefined : this.entries.get(key)?.expiresAt;
  }

  /** Writes an entry that lives until `expiresAt` (epoch ms). */
  set(key: K, value: V, expiresAt: number): void {
    const { clock, maxEntries } = this.options;
    const deadline = clock.elapsed() + expiresAt - clock.now();
    const known = this.entries.get(key);
    // Making room looks anew for the earliest of those that are left.
    if (known === undefined && this.entries.size >= maxEntries) this.makeRoom();
    this.earliestDeadline = Math.min(this.earliestDeadline, deadline);
    if (known === undefined) this.entries.set(key, { value, deadline, expiresAt });
    else Object.assign(known, { value, deadline, expiresAt });
  }

  /** Writes an entry that lives until `expiresAt` (epoch ms), or longer if it already does. */
  prolong(key: K, value: V, expiresAt: number): void {
    const known = this.get(key) === undefined ? undefined : this.entries.get(key);
    if (known === undefined) return this.set(key, value, expiresAt);
    const { clock } = this.options;
    known.value = value;
    known.deadline = Math.max(known.deadline, clock.elapsed() + expiresAt - clock.now());
    known.expiresAt = Math.max(known.expiresAt, expiresAt);
  }

  delete(key: K): boolean {
    const known = this.entries.delete(key);
    if (known) this.options.onRemove?.(key);
    return known;
  }

  /** Drops every expired entry. */
  sweep(): void {
    if (this.options.clock.elapsed() < this.earliestDeadline) return;
    this.earliestDeadline = Number.POSITIVE_INFINITY;
    for (const [key, entry] of this.entries) {
      if (this.hasExpired(entry)) this.delete(key);
      else this.earliestDeadline = Math.min(this.earliestDeadline, this.expectedEndOf(entry));
    }
  }

  private expectedEndOf({ deadline, expiresAt }: Entry<V>): number {
    const { clock, isKeptByClock } = this.options;
    return isKeptByClock === true ? Math.max(deadline, clock.elapsed() + expiresAt - clock.now()) : deadline;
  }

  private hasExpired({ deadline, expiresAt }: Entry<V>): boolean {
    const { clock, isKeptByClock } = this.options;
    return deadline <= clock.elapsed() && (isKeptByClock !== true || expiresAt <= clock.now());
  }

  private makeRoom(): void {
    this.sweep();
    if (this.entries.size < this.options.maxEntries) return;
    if (this.options.whenFull === 'refuse') throw storeUnavailable('a memory store is full');
    const [oldest] = this.entries;
    if (oldest === undefined) return;
    this.delete(oldest[0]);
    this.options.onEvict?.(oldest[0], oldest[1].value);
  }
}
