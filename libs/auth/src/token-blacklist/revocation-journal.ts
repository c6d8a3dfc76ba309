const FIRST_REPEAT_MS = 2_000;
const RETRY_MS = 1_000;
const MAX_ENTRIES = 10_000;

interface Entry {
  readonly repeat: () => Promise<unknown>;
  dueAt: number;
  readonly givenUpAt: number;
}

/**
 * Makes acknowledged revocations survive a failover. Redis replicates asynchronously, and an append-only file may lag by
 * a second: what was acknowledged in the last moments of a server may be missing on the one that takes over. So each
 * revocation is made once more a little later, by when it is either replicated or lost, until that succeeds.
 */
export class RevocationJournal {
  private readonly entries = new Set<Entry>();
  private timer: NodeJS.Timeout | undefined;

  /** @param giveUpAfterMs when nothing that was revoked can be alive any more. */
  constructor(private readonly giveUpAfterMs: number) {}

  /** Revocations that are still to be repeated. */
  get size(): number {
    return this.entries.size;
  }

  /** Repeats an acknowledged revocation later. `repeat` must do nothing when the revocation is still there. */
  record(repeat: () => Promise<unknown>): void {
    const now = performance.now();
    const [oldest] = this.entries;
    if (this.entries.size >= MAX_ENTRIES && oldest !== undefined) this.entries.delete(oldest);
    this.entries.add({ repeat, dueAt: now + FIRST_REPEAT_MS, givenUpAt: now + this.giveUpAfterMs });
    this.timer ??= setInterval(() => void this.repeatDue(), RETRY_MS / 4).unref();
  }

  /** Repeats nothing any more. */
  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.entries.clear();
  }

  private async repeatDue(): Promise<void> {
    const now = performance.now();
    const due = [...this.entries].filter(({ dueAt }) => dueAt <= now);
    // Not due again while under way.
    for (const entry of due) entry.dueAt = Infinity;
    await Promise.all(due.map((entry) => this.repeatOne(entry)));
    if (this.entries.size === 0) this.close();
  }

  private async repeatOne(entry: Entry): Promise<void> {
    try {
      await entry.repeat();
      this.entries.delete(entry);
    } catch {
      // The store can't answer; once it can, this is what it may not have.
      const now = performance.now();
      entry.dueAt = now + RETRY_MS;
      if (now > entry.givenUpAt) this.entries.delete(entry);
    }
  }
}
