import { LRUCache } from 'lru-cache';
import type { Clock } from '../../kernel/clock.js';
import {
  SlidingWindowStore,
  type WindowHit,
  type WindowId,
  type WindowRefusal,
  type WindowVerdict,
  type WindowView,
} from './sliding-window.store.js';

interface Denial {
  readonly until: number;
  readonly used: number;
  readonly hit: WindowHit;
}

/**
 * Remembers refusals in this process until the instant from which the store could answer otherwise, so a flood of a
 * refused client never reaches the store. Exact: units only leave a window with time, and the wait counts from before
 * the call was sent. What another process gives back or resets is noticed when the promised wait is over.
 */
export class DenyCacheStore extends SlidingWindowStore {
  private readonly denials = new LRUCache<string, Denial>({ max: 10_000 });
  /** Counts what was given back or reset, so that an answer from before it isn't remembered. */
  private changes = 0;

  constructor(
    private readonly inner: SlidingWindowStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    const known = this.knownRefusal(hits);
    return known === undefined ? this.ask(hits) : Promise.resolve(known);
  }

  async reward(id: WindowId, units: number): Promise<void> {
    await this.inner.reward(id, units);
    this.forget(id);
  }

  async block(id: WindowId, durationMs: number): Promise<void> {
    await this.inner.block(id, durationMs);
    // A shorter block may have replaced the one that is remembered.
    this.forget(id);
  }

  async reset(id: WindowId): Promise<void> {
    await this.inner.reset(id);
    this.forget(id);
  }

  peek(id: WindowId, windowMs: number): Promise<WindowView> {
    return this.inner.peek(id, windowMs);
  }

  /** The answer when a window that counts is known to be full; dry runs never decide. */
  private knownRefusal(hits: readonly WindowHit[]): readonly WindowVerdict[] | undefined {
    const now = this.clock.now();
    const refusals = hits.map((hit) => this.refusalOf(hit, now));
    if (!refusals.some((refusal, index) => refusal !== undefined && hits[index]?.dryRun !== true)) return;
    return refusals.map((refusal) => refusal ?? { outcome: 'spared' });
  }

  private refusalOf(hit: WindowHit, now: number): WindowRefusal | undefined {
    if (hit.cost > hit.limit && hit.blockMs === 0)
      return { outcome: 'refused', used: hit.cost, waitMs: hit.windowMs };
    const denial = this.denials.get(nameOf(hit));
    if (denial === undefined || denial.until <= now || !isSame(hit, denial.hit)) return undefined;
    return { outcome: 'refused', used: denial.used, waitMs: denial.until - now };
  }

  private forget(id: WindowId): void {
    this.denials.delete(nameOf(id));
    this.changes++;
  }

  private async ask(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    const askedAt = this.clock.now();
    const { changes } = this;
    const verdicts = await this.inner.hit(hits);
    if (changes !== this.changes) return verdicts;
    verdicts.forEach((verdict, index) => this.remember(hits[index]!, verdict, askedAt));
    return verdicts;
  }

  private remember(hit: WindowHit, verdict: WindowVerdict, askedAt: number): void {
    if (verdict.outcome === 'spared') return;
    const name = nameOf(hit);
    // Whatever was decided for a call of one cost may make what is remembered of another cost wait longer.
    if (verdict.outcome === 'admitted' || hit.cost > hit.limit) this.denials.delete(name);
    else this.denials.set(name, { until: askedAt + verdict.waitMs, used: verdict.used, hit });
  }
}

/** Whether the store would be asked the same again: a cheaper hit or a higher limit may pass, a dearer one waits longer. */
function isSame(hit: WindowHit, refused: WindowHit): boolean {
  return (
    hit.cost === refused.cost &&
    hit.limit === refused.limit &&
    hit.windowMs === refused.windowMs &&
    hit.blockMs === refused.blockMs
  );
}

function nameOf({ name, key, precision }: WindowId): string {
  return `${precision === 'bounded' ? 'b' : 'e'}:${name}:${key}`;
}
