const FIRST_MS = 1_000;
// Less than a refusal of Redis is remembered, so that one that lasts is one line of its log and not many.
const LONGEST_MS = 20_000;

/** Has something that failed tried again: after a second, doubling up to 20 s, until it succeeds or {@link end}. */
export class Retries {
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(private readonly tryAgain: () => unknown) {}

  /** Whether the last attempt failed. */
  get areDue(): boolean {
    return this.failures > 0;
  }

  failed(): void {
    clearTimeout(this.timer);
    if (this.isOver) return;
    const delayMs = Math.min(FIRST_MS * 2 ** this.failures++, LONGEST_MS);
    this.timer = setTimeout(() => this.tryAgain(), delayMs).unref();
  }

  succeeded(): void {
    clearTimeout(this.timer);
    this.failures = 0;
  }

  end(): void {
    clearTimeout(this.timer);
    this.isOver = true;
  }
}
