import { LRUCache } from 'lru-cache';

const REPEAT_EVERY_MS = 10_000;
const REMEMBERED = 100;

interface Repeated {
  readonly saidAt: number;
  unsaid: number;
}

/** Keeps a log readable in an outage, which refuses thousands of requests a second for one reason. */
export class RepeatedLines {
  private readonly known = new LRUCache<string, Repeated>({ max: REMEMBERED });

  /** The line as it should be logged: with how often it was left out before, or `undefined` when it is to be left out. */
  next(line: string): string | undefined {
    const now = performance.now();
    const last = this.known.get(line);
    if (last !== undefined && now - last.saidAt < REPEAT_EVERY_MS) {
      last.unsaid += 1;
      return undefined;
    }
    this.known.set(line, { saidAt: now, unsaid: 0 });
    return last === undefined || last.unsaid === 0
      ? line
      : `${line} (and ${last.unsaid} more since the last line)`;
  }
}
