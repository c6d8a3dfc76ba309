import type { TakenUnits, UsedUp } from './failure-budgets.js';

/** How many wait, and how long. */
export interface QueueBounds {
  /** Nobody waits longer. */
  readonly maxWaitMs: number;
  /** How many wait for one account or address. */
  readonly maxInLine: number;
  /** How many wait in this process. */
  readonly maxWaiting: number;
}

// Long enough for a crowd whose passwords are hashed one after another.
const BOUNDS: QueueBounds = { maxWaitMs: 5000, maxInLine: 500, maxWaiting: 5000 };
// Other instances don't tell that an attempt of theirs is decided.
const LOOK_EVERY_MS = 50;

/** Asks for units of the budgets. */
export type Take = () => Promise<TakenUnits | UsedUp>;

/**
 * Attempts beyond a budget wait while others that hold its units are in flight: those may succeed and give the units
 * back. Number and time are bounded. Of one line only the first asks the store, and each decided attempt of this process
 * wakes it.
 */
export class AttemptQueue {
  private readonly lines = new Map<string, { length: number; last: Promise<void> }>();
  private readonly sleepers = new Map<string, Set<() => void>>();
  private waiting = 0;

  constructor(private readonly bounds: QueueBounds = BOUNDS) {}

  /** Takes units, now or when attempts in flight gave some back. @throws AuthError `quota_exceeded` */
  async admit(take: Take): Promise<TakenUnits> {
    const answer = await take();
    if (answer.outcome === 'taken') return answer;
    const { mayClear, error } = answer;
    const { maxInLine, maxWaiting } = this.bounds;
    if (mayClear === undefined || this.waiting >= maxWaiting) throw error;
    if ((this.lines.get(mayClear)?.length ?? 0) >= maxInLine) throw error;
    return this.inLine(mayClear, (deadline) => retry(take, deadline, (key, ms) => this.sleep(key, ms)));
  }

  /** An attempt that held units of these keys was decided. */
  decided(keys: readonly string[]): void {
    for (const key of keys) for (const wake of this.sleepers.get(key) ?? []) wake();
  }

  /** Waits for those who came earlier, then does what was asked; the next in line follows, whatever comes of it. */
  private async inLine<T>(key: string, run: (deadline: number) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.bounds.maxWaitMs;
    const line = this.lines.get(key) ?? { length: 0, last: Promise.resolve() };
    this.lines.set(key, line);
    const { last: before } = line;
    let leave = (): void => {};
    line.last = new Promise((resolve) => (leave = resolve));
    line.length++;
    this.waiting++;
    try {
      // Whoever came earlier has an earlier deadline, so this ends in time.
      await before;
      return await run(deadline);
    } finally {
      leave();
      this.waiting--;
      if (--line.length === 0) this.lines.delete(key);
    }
  }

  /** Until an attempt on the key is decided here, or for a while. */
  private sleep(key: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const ofKey = this.sleepers.get(key) ?? new Set();
      const wake = (): void => {
        clearTimeout(timer);
        ofKey.delete(wake);
        if (ofKey.size === 0) this.sleepers.delete(key);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.sleepers.set(key, ofKey.add(wake));
    });
  }
}

/** @throws AuthError `quota_exceeded` with the wait that is true then */
async function retry(
  take: Take,
  deadline: number,
  sleep: (key: string, ms: number) => Promise<void>,
): Promise<TakenUnits> {
  for (;;) {
    const answer = await take();
    if (answer.outcome === 'taken') return answer;
    const leftMs = deadline - performance.now();
    if (answer.mayClear === undefined || leftMs <= 0) throw answer.error;
    await sleep(answer.mayClear, Math.min(LOOK_EVERY_MS, leftMs));
  }
}
