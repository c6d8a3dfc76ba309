import { storeUnavailable } from '../../kernel/auth-error.js';
import type { MemoryWindow } from './memory-window.js';

interface Entry {
  window: MemoryWindow;
  expiresAt: number;
  limit: number;
  rank: number;
}

/** Bounds of a {@link WindowTable}. */
export interface WindowTableOptions {
  /** Epoch ms; never goes back. */
  readonly now: () => number;
  /** Greatest number of windows held at once. */
  readonly maxWindows: number;
  /** What to do when full: forget what matters least, or refuse with `store_unavailable`. */
  readonly whenFull: 'forget' | 'refuse';
}

const REFUSING = 8;
// Under a flood something expires all the time; a full table isn't searched more often than this.
const SWEEP_EVERY_MS = 1000;

/**
 * Windows by name, bounded. Ranked by the share of the limit that is used up, those that refuse highest: what has most room
 * is forgotten first, and of one rank what wasn't written for longest. So a flood of new clients can't wash out
 * a limit that somebody has used up.
 */
export class WindowTable {
  private readonly entries = new Map<string, Entry>();
  private readonly ranks = Array.from({ length: REFUSING + 1 }, () => new Set<string>());
  /** No entry expires before this. */
  private earliestExpiry = Number.POSITIVE_INFINITY;
  private sweptAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: WindowTableOptions) {}

  get size(): number {
    return this.entries.size;
  }

  get(name: string): MemoryWindow | undefined {
    const entry = this.entries.get(name);
    if (entry === undefined || entry.expiresAt > this.options.now()) return entry?.window;
    this.delete(name);
    return undefined;
  }

  /** Expiry of a window in epoch ms; 0 when there is none. */
  expiryOf(name: string): number {
    return this.entries.get(name)?.expiresAt ?? 0;
  }

  /** Whether so many new windows fit in without forgetting any. */
  hasRoomFor(added: number): boolean {
    return this.entries.size + added <= this.options.maxWindows;
  }

  /** Makes room for windows that are about to be written. @throws AuthError `store_unavailable` where nothing may be forgotten */
  makeRoomFor(names: readonly string[]): void {
    const added = names.filter((name) => !this.entries.has(name)).length;
    if (added === 0 || this.entries.size + added <= this.options.maxWindows) return;
    const now = this.options.now();
    if (now - this.sweptAt >= SWEEP_EVERY_MS) this.sweep();
    while (this.entries.size > 0 && this.entries.size + added > this.options.maxWindows) this.forgetLeast();
  }

  /** Writes a window that matters until `expiresAt` (epoch ms). Room must have been made. */
  set(name: string, window: MemoryWindow, expiresAt: number, limit: number): void {
    this.earliestExpiry = Math.min(this.earliestExpiry, expiresAt);
    const known = this.entries.get(name);
    const rank = this.rankOf(window, limit);
    if (known === undefined) this.entries.set(name, { window, expiresAt, limit, rank });
    else {
      this.ranks[known.rank]?.delete(name);
      known.window = window;
      known.expiresAt = expiresAt;
      known.limit = limit;
      known.rank = rank;
    }
    // As what was written last.
    this.ranks[rank]?.add(name);
  }

  /** Ranks a window anew after units were taken out; one that holds nothing is dropped. */
  settle(name: string): void {
    const entry = this.entries.get(name);
    if (entry === undefined) return;
    const { window, expiresAt, limit } = entry;
    if (window.units === 0 && window.blockedUntilUs <= this.options.now() * 1000) this.delete(name);
    else this.set(name, window, expiresAt, limit);
  }

  delete(name: string): void {
    const entry = this.entries.get(name);
    if (entry === undefined) return;
    this.entries.delete(name);
    this.ranks[entry.rank]?.delete(name);
  }

  /** Drops every window that has expired. */
  sweep(): void {
    const now = this.options.now();
    this.sweptAt = now;
    if (now < this.earliestExpiry) return;
    this.earliestExpiry = Number.POSITIVE_INFINITY;
    for (const [name, { expiresAt }] of this.entries) {
      if (expiresAt <= now) this.delete(name);
      else this.earliestExpiry = Math.min(this.earliestExpiry, expiresAt);
    }
  }

  private forgetLeast(): void {
    if (this.options.whenFull === 'refuse') throw storeUnavailable('the windows in memory are full');
    for (const rank of this.ranks)
      for (const name of rank) {
        this.delete(name);
        return;
      }
  }

  private rankOf({ units, blockedUntilUs }: MemoryWindow, limit: number): number {
    if (units >= limit || blockedUntilUs > this.options.now() * 1000) return REFUSING;
    return Math.floor((units / limit) * REFUSING);
  }
}
