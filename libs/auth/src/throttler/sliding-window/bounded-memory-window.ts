import { MemoryWindow } from './memory-window.js';

const BUCKETS = 12;

/**
 * Twelve counters. Eleven widths make a window, so a window touches at most twelve buckets: the last twelve count, each of
 * them whole.
 */
export class BoundedMemoryWindow extends MemoryWindow {
  private counts = new Uint32Array(BUCKETS);
  private width = 0;
  private newest = 0;

  get units(): number {
    let sum = 0;
    for (let slot = 0; slot < BUCKETS; slot++) sum += this.counts[slot]!;
    return sum;
  }

  // Only a look that turns the counters changes anything.
  view(now: number, window: number): MemoryWindow {
    const width = widthOf(window);
    if (this.width === width && Math.floor(now / width) <= this.newest) return this;
    return Object.assign(new BoundedMemoryWindow(), this, { counts: this.counts.slice() });
  }

  used(now: number, window: number): number {
    this.turnTo(now, widthOf(window));
    return this.units;
  }

  exit(units: number): number {
    let bucket = this.newest - BUCKETS + 1;
    for (let left = 0; bucket < this.newest; bucket++) {
      left += this.counts[bucket % BUCKETS]!;
      if (left >= units) break;
    }
    return (bucket + BUCKETS) * this.width;
  }

  spend(_now: number, _window: number, cost: number): void {
    this.counts[this.newest % BUCKETS]! += cost;
  }

  reward(units: number): void {
    for (let bucket = this.newest; bucket > this.newest - BUCKETS && units > 0; bucket--) {
      const given = Math.min(units, this.counts[bucket % BUCKETS]!);
      this.counts[bucket % BUCKETS]! -= given;
      units -= given;
    }
  }

  emptyAt(): number {
    return (this.newest + BUCKETS) * this.width;
  }

  /** Empties the counters between the newest bucket and the one of now; a new width keeps every unit, as newest. */
  private turnTo(now: number, width: number): void {
    const number = Math.floor(now / width);
    if (this.width !== width) {
      const kept = this.units;
      this.counts.fill(0);
      this.counts[number % BUCKETS] = kept;
      this.width = width;
      this.newest = number;
    }
    const stale = Math.max(this.newest + 1, number - BUCKETS + 1);
    for (let bucket = stale; bucket <= number; bucket++) this.counts[bucket % BUCKETS] = 0;
    this.newest = Math.max(this.newest, number);
  }
}

function widthOf(window: number): number {
  return Math.ceil(window / (BUCKETS - 1));
}
