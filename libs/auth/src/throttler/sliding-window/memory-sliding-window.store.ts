import type { Clock } from '../../kernel/clock.js';
import { ExpiringMap } from '../../memory/expiring-map.js';
import type { Sweepable } from '../../memory/sweeper.js';
import { BoundedMemoryWindow } from './bounded-memory-window.js';
import { ExactMemoryWindow } from './exact-memory-window.js';
import { placesByKey } from './hits-by-key.js';
import type { MemoryWindow } from './memory-window.js';
import {
  SlidingWindowStore,
  type WindowHit,
  type WindowId,
  type WindowVerdict,
  type WindowView,
} from './sliding-window.store.js';

/** Bounds of a {@link MemorySlidingWindowStore}. */
export interface MemorySlidingWindowOptions {
  /** Windows held at once; beyond it the one that is oldest is forgotten. @default 100000 */
  readonly maxWindows?: number;
}

/** Sliding windows of one process. Each verb runs without a pause inside, which makes it atomic. */
export class MemorySlidingWindowStore extends SlidingWindowStore implements Sweepable {
  private readonly windows: ExpiringMap<string, MemoryWindow>;

  constructor(
    private readonly clock: Clock,
    { maxWindows = 100_000 }: MemorySlidingWindowOptions = {},
  ) {
    super();
    this.windows = new ExpiringMap({ clock, maxEntries: maxWindows, whenFull: 'evict-oldest' });
  }

  /** Windows held. */
  get size(): number {
    return this.windows.size;
  }

  async hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    const verdicts = Array.from<WindowVerdict>({ length: hits.length });
    for (const places of placesByKey(hits)) {
      const decided = this.hitTogether(places.map((place) => hits[place]!));
      places.forEach((place, index) => (verdicts[place] = decided[index]!));
    }
    return verdicts;
  }

  async reward(id: WindowId, units: number): Promise<void> {
    this.windows.get(nameOf(id))?.reward(units);
  }

  async block(id: WindowId, durationMs: number): Promise<void> {
    this.shut(id, this.windows.get(nameOf(id)) ?? newWindow(id), durationMs);
  }

  async reset(id: WindowId): Promise<void> {
    this.windows.delete(nameOf(id));
  }

  async peek(id: WindowId, windowMs: number): Promise<WindowView> {
    const now = this.clock.now() * 1000;
    const window = this.windows.get(nameOf(id));
    return {
      used: window?.used(now, windowMs * 1000) ?? 0,
      blockedMs: millis(Math.max(0, (window?.blockedUntil ?? 0) - now)),
    };
  }

  sweep(): void {
    this.windows.sweep();
  }

  private hitTogether(hits: readonly WindowHit[]): readonly WindowVerdict[] {
    const now = this.clock.now() * 1000;
    const looks = hits.map((hit) => look(this.windows.get(nameOf(hit)) ?? newWindow(hit), hit, now));
    const open = looks.every(({ passes }, index) => passes || hits[index]?.dryRun === true);
    return looks.map((seen) => this.settle(seen, open, now));
  }

  private settle({ window, hit, used, passes }: Look, open: boolean, now: number): WindowVerdict {
    const span = hit.windowMs * 1000;
    if (!passes) {
      const waitMs = Math.max(1, millis(waitOf(window, hit, used, now)));
      const mayFit = hit.cost <= hit.limit;
      const endsEarly = window.blockedUntil <= now || (mayFit && window.blockedUntil < now + waitMs * 1000);
      // At least until there is room: otherwise the next refusal would begin another block.
      if (hit.blockMs > 0 && endsEarly) this.shut(hit, window, mayFit ? waitMs : hit.blockMs);
      return { outcome: 'refused', used: used + hit.cost, waitMs };
    }
    if (!open) return { outcome: 'spared' };
    const resetMs = Math.max(1, millis(window.exit(1, now, span) - now));
    window.spend(now, span, hit.cost);
    this.windows.set(nameOf(hit), window, millis(window.emptyAt(span)));
    return { outcome: 'admitted', used: used + hit.cost, resetMs };
  }

  private shut(id: WindowId, window: MemoryWindow, durationMs: number): void {
    const name = nameOf(id);
    const until = this.clock.now() + durationMs;
    window.blockedUntil = until * 1000;
    this.windows.set(name, window, Math.max(until, this.windows.expiryOf(name) ?? 0));
  }
}

interface Look {
  readonly window: MemoryWindow;
  readonly hit: WindowHit;
  readonly used: number;
  readonly passes: boolean;
}

function look(window: MemoryWindow, hit: WindowHit, now: number): Look {
  const used = window.used(now, hit.windowMs * 1000);
  return { window, hit, used, passes: window.blockedUntil <= now && used + hit.cost <= hit.limit };
}

function waitOf(window: MemoryWindow, hit: WindowHit, used: number, now: number): number {
  const span = hit.windowMs * 1000;
  const lacking = used + hit.cost - hit.limit;
  const room = hit.cost > hit.limit ? span : lacking > 0 ? window.exit(lacking, now, span) - now : 0;
  const blocked = window.blockedUntil > now ? window.blockedUntil - now : hit.blockMs * 1000;
  return Math.max(room, blocked);
}

function newWindow({ precision }: WindowId): MemoryWindow {
  return precision === 'bounded' ? new BoundedMemoryWindow() : new ExactMemoryWindow();
}

function nameOf({ name, key, precision }: WindowId): string {
  return `${precision === 'bounded' ? 'b' : 'e'}:${name}:${key}`;
}

function millis(us: number): number {
  return Math.ceil(us / 1000);
}
