import { MemoryWindow } from './memory-window.js';

const COMPACT_FROM = 64;

/** Every accepted instant, oldest first. */
export class ExactMemoryWindow extends MemoryWindow {
  private stamps: number[] = [];
  private outside = 0;

  get units(): number {
    return this.stamps.length - this.outside;
  }

  // The stamps are shared: what leaves is counted beside them.
  protected copy(): MemoryWindow {
    return Object.assign(new ExactMemoryWindow(), this);
  }

  used(now: number, window: number): number {
    const edge = now - window;
    while (this.outside < this.stamps.length && this.stamps[this.outside]! <= edge) this.outside++;
    if (this.outside >= COMPACT_FROM && this.outside * 2 > this.stamps.length) {
      this.stamps = this.stamps.slice(this.outside);
      this.outside = 0;
    }
    return this.units;
  }

  exit(units: number, now: number, window: number): number {
    return (this.stamps[this.outside + units - 1] ?? now) + window;
  }

  spend(now: number, _window: number, cost: number): void {
    for (let unit = 0; unit < cost; unit++) this.stamps.push(now);
  }

  reward(units: number): void {
    this.stamps.length = Math.max(this.outside, this.stamps.length - units);
  }

  emptyAt(window: number): number {
    return (this.stamps.at(-1) ?? 0) + window;
  }
}
