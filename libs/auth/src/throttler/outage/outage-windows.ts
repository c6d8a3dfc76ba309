import type { MemorySlidingWindowStore } from '../sliding-window/memory-sliding-window.store.js';
import {
  SlidingWindowStore,
  type WindowHit,
  type WindowId,
  type WindowVerdict,
  type WindowView,
} from '../sliding-window/sliding-window.store.js';
import type { ThrottlerSettings } from '../throttler.settings.js';
import type { InProcessWindows } from './covered-window.store.js';
import { type AskedHits, type KnownWindow, type KnownWindows, spanOf } from './known-windows.js';
import { type SpentUnits, UnitLog } from './spent-units.js';

/**
 * Windows of this process while the shared store is away. They begin with what is known of that store, and each limit is this
 * process' share of it. What is admitted here takes room of the shared store's limit afterwards, for as long as it counts.
 */
export class OutageWindows extends SlidingWindowStore implements InProcessWindows {
  countsUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly windows: MemorySlidingWindowStore,
    private readonly known: KnownWindows,
    private readonly instances: ThrottlerSettings['instances'] = 1,
  ) {
    super();
    // Others had them for a moment, a login that is under way, say, and gave them back where this process doesn't see it.
    known.onGone = (id, units) => void windows.reward(id, units);
  }

  async hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    const asked = this.known.ask(hits);
    const instances = this.instancesNow();
    const shares = hits.map((hit) => shareOf(hit, instances));
    const standing = this.known.refusals(asked, Number.POSITIVE_INFINITY);
    if (standing !== undefined)
      return standing.map((verdict, place) => {
        if (verdict.outcome !== 'refused') return verdict;
        const waitMs = this.waitOf(shares[place]!, asked.windows[place]!, instances);
        return { ...verdict, waitMs: Math.max(verdict.waitMs, waitMs) };
      });
    for (const [place, hit] of hits.entries()) await this.recallBlock(hit, asked.windows[place]!);
    // No pause from here on: what is replayed is decided upon at once.
    for (const [place, hit] of hits.entries()) this.replay(hit, asked.windows[place]!, instances);
    const verdicts = await this.windows.hit(shares);
    return verdicts.map((verdict, place) => {
      if (verdict.outcome === 'admitted') this.note(asked, place);
      return withTaken(verdict, hits[place]!.limit - shares[place]!.limit);
    });
  }

  async hitBeside(hits: readonly WindowHit[], shared: SlidingWindowStore): Promise<readonly WindowVerdict[]> {
    const asked = this.known.ask(hits);
    const taken = asked.windows.map((window) => heldBeside(window, asked.at));
    const lowered = hits.map((hit, place) => ({ ...hit, limit: Math.max(0, hit.limit - taken[place]!) }));
    const verdicts = await shared.hit(lowered);
    this.known.count({ ...asked, hits: lowered }, verdicts);
    return verdicts.map((verdict, place) => {
      if (taken[place] === 0) return verdict;
      const told = withTaken(verdict, taken[place]!);
      if (told.outcome !== 'refused' || hits[place]!.blockMs > 0) return told;
      return { ...told, waitMs: this.waitOf(hits[place]!, asked.windows[place]!, 1) };
    });
  }

  async reward(id: WindowId, units: number): Promise<void> {
    const known = this.known.of(id).units;
    const unplayed = Math.min(known.fresh, units);
    known.giveBack(unplayed);
    if (units > unplayed) await this.windows.reward(id, units - unplayed);
  }

  async giveBackHere(id: WindowId, units: number): Promise<number> {
    const window = this.known.of(id);
    const here = Math.min(heldBeside(window, this.known.clock.elapsed()), units);
    if (here === 0) return units;
    window.beside?.units.giveBack(here);
    await this.windows.reward(id, here);
    return units - here;
  }

  block(id: WindowId, durationMs: number): Promise<void> {
    return this.windows.block(id, durationMs);
  }

  reset(id: WindowId): Promise<void> {
    return this.windows.reset(id);
  }

  renew(key: string, lifetimeMs: number): Promise<void> {
    return this.windows.renew(key, lifetimeMs);
  }

  generation(key: string): Promise<string> {
    return this.windows.generation(key);
  }

  peek(id: WindowId, windowMs: number): Promise<WindowView> {
    const hit = { ...id, windowMs, limit: Number.MAX_SAFE_INTEGER, blockMs: 0, cost: 1 };
    this.replay(hit, this.known.of(id), this.instancesNow());
    return this.windows.peek(id, windowMs);
  }

  /** A block of the shared store refuses whatever is asked. */
  private async recallBlock(hit: WindowHit, window: KnownWindow): Promise<void> {
    const { refusal } = window;
    const leftMs = refusal === undefined ? 0 : refusal.until - this.known.clock.elapsed();
    if (refusal === undefined || refusal.hit.blockMs === 0 || leftMs <= 0) return;
    window.refusal = undefined;
    await this.windows.block(hit, leftMs);
  }

  private replay(hit: WindowHit, { units }: KnownWindow, instances: number): void {
    if (units.fresh === 0) return;
    const newest = units.newest(units.fresh);
    this.windows.recall(
      hit,
      newest.map((spent) => countedOf(spent, instances)),
    );
    units.fresh = 0;
  }

  private note({ hits, windows }: AskedHits, place: number): void {
    const [hit, window] = [hits[place]!, windows[place]!];
    const now = Math.ceil(this.known.clock.elapsed());
    const beside = (window.beside ??= { units: new UnitLog(), spanMs: 0 });
    beside.spanMs = Math.max(beside.spanMs, spanOf(hit));
    beside.units.add(now, hit.cost, 0);
    beside.units.coarsen(beside.spanMs);
    if (hit.counts !== 'logins') this.countsUntil = Math.max(this.countsUntil, now + beside.spanMs);
  }

  /** Until enough has left of what counts there and here. */
  private waitOf(hit: WindowHit, { units, beside }: KnownWindow, instances: number): number {
    if (hit.cost > hit.limit) return hit.windowMs;
    const now = this.known.clock.elapsed();
    const spanMs = spanOf(hit);
    const counted = [...units.entries, ...(beside?.units.entries ?? [])]
      .filter(({ at }) => at + spanMs > now)
      .map((spent) => countedOf(spent, instances))
      .toSorted((a, b) => a.at - b.at);
    const exit = exitOf(
      counted,
      counted.reduce((sum, { units: held }) => sum + held, 0) + hit.cost - hit.limit,
    );
    return Math.max(1, Math.ceil((exit ?? now - spanMs) + spanMs - now));
  }

  private instancesNow(): number {
    if (typeof this.instances === 'number') return this.instances;
    try {
      const found = this.instances();
      return found >= 1 && Number.isFinite(found) ? found : 1;
    } catch {
      return 1;
    }
  }
}

/**
 * A share is rounded down, for the shares together must not exceed the limit; but one call always fits in an empty window, or a
 * limit below the number of processes would refuse everybody for the whole outage. What never refuses has no shares.
 */
function shareOf(hit: WindowHit, instances: number): WindowHit {
  if (instances === 1 || hit.counts === 'logins') return hit;
  const share = Math.max(hit.cost, Math.floor(hit.limit / instances));
  return { ...hit, limit: Math.min(hit.limit, share) };
}

/** Of a share only what this process admitted counts; who holds the whole limit counts what others did as well. */
function countedOf({ at, own, others }: SpentUnits, instances: number): { at: number; units: number } {
  return { at, units: instances > 1 ? own : own + others };
}

/** When so many of the oldest units had come, the last of them included; `undefined`: none are lacking. */
function exitOf(spent: readonly { at: number; units: number }[], lacking: number): number | undefined {
  let left = lacking;
  return lacking <= 0 ? undefined : spent.find(({ units }) => (left -= units) <= 0)?.at;
}

/** What a client can't have any more: what was counted, and what is taken elsewhere. */
function withTaken(verdict: WindowVerdict, taken: number): WindowVerdict {
  return verdict.outcome === 'uncounted' ? verdict : { ...verdict, used: verdict.used + taken };
}

/** Units that were admitted in this process, and count still. */
function heldBeside({ beside }: KnownWindow, now: number): number {
  beside?.units.expire(now - beside.spanMs);
  return beside?.units.held ?? 0;
}
