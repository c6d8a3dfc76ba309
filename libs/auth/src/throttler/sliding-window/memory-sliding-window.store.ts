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
    const nowUs = this.clock.now() * 1000;
    const window = this.windows.get(nameOf(id));
    return {
      used: window?.used(nowUs, windowMs * 1000) ?? 0,
      blockedMs: millis(Math.max(0, (window?.blockedUntilUs ?? 0) - nowUs)),
    };
  }

  sweep(): void {
    this.windows.sweep();
  }

  private hitTogether(hits: readonly WindowHit[]): readonly WindowVerdict[] {
    const nowUs = this.clock.now() * 1000;
    const looks = hits.map((hit) => look(this.windows.get(nameOf(hit)) ?? newWindow(hit), hit, nowUs));
    const open = looks.every(({ passes }, index) => passes || hits[index]?.dryRun === true);
    return looks.map((seen) => this.settle(seen, open, nowUs));
  }

  private settle({ window, hit, used, passes }: Look, open: boolean, nowUs: number): WindowVerdict {
    const spanUs = hit.windowMs * 1000;
    if (!passes) {
      const waitMs = Math.max(1, millis(waitUsOf(window, hit, used, nowUs)));
      const mayFit = hit.cost <= hit.limit;
      const endsEarly =
        window.blockedUntilUs <= nowUs || (mayFit && window.blockedUntilUs < nowUs + waitMs * 1000);
      // At least until there is room: otherwise the next refusal would begin another block.
      if (hit.blockMs > 0 && endsEarly) this.shut(hit, window, mayFit ? waitMs : hit.blockMs);
      return { outcome: 'refused', used: used + hit.cost, waitMs };
    }
    if (!open) return { outcome: 'spared' };
    const resetMs = Math.max(1, millis(window.exit(1, nowUs, spanUs) - nowUs));
    window.spend(nowUs, spanUs, hit.cost);
    this.windows.set(nameOf(hit), window, millis(window.emptyAt(spanUs)));
    return { outcome: 'admitted', used: used + hit.cost, resetMs };
  }

  private shut(id: WindowId, window: MemoryWindow, durationMs: number): void {
    const name = nameOf(id);
    const until = this.clock.now() + durationMs;
    window.blockedUntilUs = until * 1000;
    this.windows.set(name, window, Math.max(until, this.windows.expiryOf(name) ?? 0));
  }
}

interface Look {
  readonly window: MemoryWindow;
  readonly hit: WindowHit;
  readonly used: number;
  readonly passes: boolean;
}

function look(window: MemoryWindow, hit: WindowHit, nowUs: number): Look {
  const used = window.used(nowUs, hit.windowMs * 1000);
  return { window, hit, used, passes: window.blockedUntilUs <= nowUs && used + hit.cost <= hit.limit };
}

function waitUsOf(window: MemoryWindow, hit: WindowHit, used: number, nowUs: number): number {
  const spanUs = hit.windowMs * 1000;
  const lacking = used + hit.cost - hit.limit;
  const roomUs =
    hit.cost > hit.limit ? spanUs : lacking > 0 ? window.exit(lacking, nowUs, spanUs) - nowUs : 0;
  const blockedUs = window.blockedUntilUs > nowUs ? window.blockedUntilUs - nowUs : hit.blockMs * 1000;
  return Math.max(roomUs, blockedUs);
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
