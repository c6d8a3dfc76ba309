import { Clock } from '../kernel/clock.js';

/** A clock that moves only when told to. */
export class ManualClock extends Clock {
  private passed = 0;

  constructor(private current = Date.UTC(2026, 0, 1)) {
    super();
  }

  now(): number {
    return this.current;
  }

  elapsed(): number {
    return this.passed;
  }

  /** Lets so many milliseconds pass. */
  advance(ms: number): void {
    this.current += ms;
    this.passed += ms;
  }

  /** Sets the time forth, or back with a negative number, while no time passes. */
  set(byMs: number): void {
    this.current += byMs;
  }
}
