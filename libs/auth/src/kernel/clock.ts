/** Where the library reads the time; memory stores and token checks ask it, never `Date` directly. */
export abstract class Clock {
  /** Current time in epoch milliseconds. */
  abstract now(): number;
}

/** The machine's clock. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
