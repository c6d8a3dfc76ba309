import { LRUCache } from 'lru-cache';
import type { Clock } from '../../kernel/clock.js';
import type {
  WindowHit,
  WindowId,
  WindowRefusal,
  WindowVerdict,
} from '../sliding-window/sliding-window.store.js';
import type { Knowledge } from './covered-window.store.js';
import { UnitLog } from './spent-units.js';

// Windows that were used last. A login asks many, and those of failures are small.
const MAX_WINDOWS = 10_000;
const MAX_OF = { requests: MAX_WINDOWS, logins: MAX_WINDOWS, failures: 50_000 } as const;
// A lower cost or a higher limit may pass, and a higher cost waits longer.
const COMPARED = ['name', 'key', 'precision', 'cost', 'limit', 'windowMs', 'blockMs'] as const;

/** What this process knows of one window. */
export interface KnownWindow {
  /** What the shared store holds. */
  readonly units: UnitLog;
  /** What was admitted in this process while the shared store was away, and how long that counts: it doesn't know of it. */
  beside: { readonly units: UnitLog; spanMs: number } | undefined;
  refusal: Refusal | undefined;
  /** How many releases there had been with its last one: an answer to an earlier question isn't remembered. */
  releases: number;
}

/** A refusal of the shared store. */
interface Refusal {
  readonly askedAt: number;
  /** When the store would admit again. */
  readonly until: number;
  readonly used: number;
  readonly hit: WindowHit;
}

/** Hits, and what was known when they were asked. */
export interface AskedHits {
  readonly hits: readonly WindowHit[];
  readonly windows: readonly KnownWindow[];
  readonly at: number;
  readonly releases: number;
}

/**
 * What this process knows without asking. A refusal is repeated for as long as the store would refuse again, and for a second
 * at most, so that a flood of a refused client hardly reaches the store. It is exact, because units leave a window only with
 * time; what another process gives back or resets is noticed within that second, what this one does at once. And the
 * instants of what was admitted, for an outage.
 */
export class KnownWindows implements Knowledge {
  readonly generations = new LRUCache<string, string>({ max: MAX_WINDOWS });
  // Made when the first window of a kind is counted: an empty one takes the memory of a full one.
  private readonly windows = new Map<keyof typeof MAX_OF, LRUCache<string, KnownWindow>>();
  private releases = 0;

  /** Told of units that were replayed, and that the shared store doesn't hold any more. */
  onGone: ((id: WindowId, units: number) => void) | undefined;

  constructor(readonly clock: Clock) {}

  ask(hits: readonly WindowHit[]): AskedHits {
    const windows: KnownWindow[] = [];
    for (const hit of hits) windows.push(this.of(hit));
    return { hits, windows, at: this.clock.elapsed(), releases: this.releases };
  }

  of(id: WindowId): KnownWindow {
    const kind = id.counts ?? 'requests';
    let windows = this.windows.get(kind);
    if (windows === undefined) this.windows.set(kind, (windows = new LRUCache({ max: MAX_OF[kind] })));
    const place = `${id.name.length}:${id.name}:${id.key}`;
    let window = windows.get(place);
    if (window === undefined) {
      window = { units: new UnitLog(), beside: undefined, refusal: undefined, releases: 0 };
      windows.set(place, window);
    }
    return window;
  }

  /** The answer when a window that counts is known to be full; dry runs never decide. */
  refusals({ hits, windows, at }: AskedHits, withinMs: number): readonly WindowVerdict[] | undefined {
    for (let place = 0; place < hits.length; place++)
      if (
        hits[place]!.dryRun !== true &&
        refusalOf(hits[place]!, windows[place]!, at, withinMs) !== undefined
      )
        return hits.map(
          (hit, each) => refusalOf(hit, windows[each]!, at, withinMs) ?? { outcome: 'uncounted' },
        );
    return undefined;
  }

  /** Notes what is going to be refused. */
  remember({ hits, windows, at, releases }: AskedHits, verdicts: readonly WindowVerdict[]): void {
    for (let place = 0; place < hits.length; place++) {
      const [hit, window, verdict] = [hits[place]!, windows[place]!, verdicts[place]!];
      if (verdict.outcome === 'uncounted' || window.releases > releases) continue;
      // This answer is newer than what is remembered, and a call of another cost may have to wait longer now.
      if (verdict.outcome === 'admitted' || hit.cost > hit.limit) window.refusal = undefined;
      else window.refusal = { askedAt: at, until: at + verdict.waitMs, used: verdict.used, hit };
    }
  }

  /** Notes what the shared store holds. */
  count({ hits, windows, at }: AskedHits, verdicts: readonly WindowVerdict[]): void {
    const now = Math.ceil(this.clock.elapsed());
    for (let place = 0; place < hits.length; place++) {
      const [hit, verdict] = [hits[place]!, verdicts[place]!];
      if (verdict.outcome === 'uncounted') continue;
      const { units } = windows[place]!;
      units.expire(at - spanOf(hit));
      const gone = units.settle(heldBefore(hit, verdict), at, now);
      if (gone > 0) this.onGone?.(hit, gone);
      if (verdict.outcome === 'admitted') units.add(now, hit.cost, 0);
      units.coarsen(spanOf(hit));
    }
  }

  giveBack(id: WindowId, units: number): number {
    const known = this.of(id).units;
    const replayed = Math.min(known.held, units) - known.fresh;
    known.giveBack(units);
    this.forgetRefusal(id);
    return Math.max(0, replayed);
  }

  forgetRefusal(id: WindowId): void {
    const window = this.of(id);
    window.refusal = undefined;
    window.releases = ++this.releases;
  }

  forget(id: WindowId): void {
    this.forgetRefusal(id);
    const window = this.of(id);
    window.units.giveBack(window.units.held);
    window.beside = undefined;
  }
}

function refusalOf(
  hit: WindowHit,
  { refusal }: KnownWindow,
  now: number,
  withinMs: number,
): WindowRefusal | undefined {
  if (hit.cost > hit.limit && hit.blockMs === 0)
    return { outcome: 'refused', used: hit.cost, waitMs: hit.windowMs };
  if (refusal === undefined || refusal.until <= now || refusal.askedAt + withinMs <= now) return undefined;
  if (COMPARED.some((property) => hit[property] !== refusal.hit[property])) return undefined;
  return { outcome: 'refused', used: refusal.used, waitMs: refusal.until - now };
}

/** What the store holds beside the units of this hit. A block that begins replaces what was counted. */
function heldBefore({ cost, limit, blockMs }: WindowHit, { outcome, used = 0 }: WindowVerdict): number {
  const begins = outcome === 'refused' && blockMs > 0 && cost <= limit && used > limit;
  return begins ? 0 : used - cost;
}

/** How long a unit may count: in a counter as long as the 12 of them. */
export function spanOf({ precision, windowMs }: WindowHit): number {
  return precision === 'bounded' ? 12 * Math.ceil(windowMs / 11) : windowMs;
}
