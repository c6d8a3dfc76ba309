/** The last instant that a `Date` can hold, epoch ms. */
export const END_OF_TIME = 8.64e15;

/** A number up to here isn't taken for epoch ms where seconds may be meant: those of 5138, and as milliseconds 1973. */
export const LONGEST_SECONDS = 100_000_000_000;

/** Whether something is an instant in epoch ms. */
export function isInstant(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= END_OF_TIME;
}

/** The instant that a claim such as `exp` says, epoch ms; `undefined`: it says none. RFC 7519 §2: seconds, fractions allowed. */
export function numericDate(claim: unknown): number | undefined {
  return typeof claim === 'number' && claim >= 0 && claim <= END_OF_TIME / 1000
    ? Math.floor(claim * 1000)
    : undefined;
}

/** Where the library reads the time; memory stores and token checks ask it, never `Date` directly. */
export abstract class Clock {
  /** Current time in epoch milliseconds: what tokens and answers say. An operator may set it, forth and back. */
  abstract now(): number;

  /** Milliseconds that have passed since some moment of this process: what expires in memory goes by it. Nobody can set it. */
  abstract elapsed(): number;
}

/** The machine's clocks. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  elapsed(): number {
    return performance.now();
  }
}
