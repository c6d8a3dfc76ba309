import { MemoryWindow } from './memory-window.js';

const COMPACT_FROM = 64;

/** Every accepted instant, oldest first. */
export class ExactMemoryWindow extends MemoryWindow {
  private stamps: number[] = [];
  /** How many of them, in front, don't count any more, whatever is asked. */
  private outside = 0;
  /** The same for the last look: a call of another length may still count them. */
  private unseen = 0;

  get units(): number {
    return this.stamps.length - this.outside;
  }

  // A look takes nothing away: what has left is dropped with the next unit.
  view(): MemoryWindow {
    return this;
  }

  used(now: number, window: number): number {
    const edge = now - window;
    this.unseen = this.outside;
    while (this.unseen < this.stamps.length && this.stamps[this.unseen]! <= edge) this.unseen++;
    return this.stamps.length - this.unseen;
  }

  exit(units: number, now: number, window: number): number {
    return (this.stamps[this.unseen + units - 1] ?? now) + window;
  }

  spend(now: number, _window: number, cost: number): void {
    this.outside = this.unseen;
    if (this.outside >= COMPACT_FROM && this.outside * 2 > this.stamps.length) {
      this.stamps = this.stamps.slice(this.outside);
      this.outside = this.unseen = 0;
    }
    for (let unit = 0; unit < cost; unit++) this.stamps.push(now);
  }

  reward(units: number): void {
    this.stamps.length = Math.max(this.outside, this.stamps.length - units);
  }

  emptyAt(window: number): number {
    return (this.stamps.at(-1) ?? 0) + window;
  }
}
