/** Anything that can drop what has expired. */
export interface Sweepable {
  sweep(): void;
}

/** The one timer of all memory stores: sweeps each of them in turn and never keeps the process alive. */
export class Sweeper {
  private readonly stores = new Set<Sweepable>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly intervalMs = 30_000) {}

  /** Adds a store; the timer starts with the first. */
  register(store: Sweepable): void {
    this.stores.add(store);
    this.timer ??= setInterval(() => this.sweep(), this.intervalMs).unref();
  }

  /** Sweeps every store now. */
  sweep(): void {
    for (const store of this.stores) store.sweep();
  }

  /** Stops the timer for good. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.stores.clear();
  }
}
