import { MemoryWindow } from './memory-window.js';

const COMPACT_FROM = 64;

/** Every accepted instant, oldest first. */
export class ExactMemoryWindow extends MemoryWindow {
  private stamps: number[] = [];
  private outside = 0;

  used(now: number, window: number): number {
    const edge = now - window;
    while (this.outside < this.stamps.length && this.stamps[this.outside]! <= edge) this.outside++;
    if (this.outside >= COMPACT_FROM && this.outside * 2 > this.stamps.length) {
      this.stamps = this.stamps.slice(this.outside);
      this.outside = 0;
    }
    return this.stamps.length - this.outside;
  }

  exit(units: number, now: number, window: number): number {
    return (this.stamps[this.outside + units - 1] ?? now) + window;
  }

  spend(now: number, _window: number, cost: number): void {
    // A clock that was set back stands still until it has caught up.
    const stamp = Math.max(now, this.stamps.at(-1) ?? now);
    for (let unit = 0; unit < cost; unit++) this.stamps.push(stamp);
  }

  reward(units: number): void {
    this.stamps.length = Math.max(this.outside, this.stamps.length - units);
  }

  emptyAt(window: number): number {
    return (this.stamps.at(-1) ?? 0) + window;
  }
}
