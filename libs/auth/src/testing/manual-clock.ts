import { Clock } from '../kernel/clock.js';

/** A clock that moves only when told to. */
export class ManualClock extends Clock {
  constructor(private current = Date.UTC(2026, 0, 1)) {
    super();
  }

  now(): number {
    return this.current;
  }

  /** Moves forward by so many milliseconds. */
  advance(ms: number): void {
    this.current += ms;
  }
}
