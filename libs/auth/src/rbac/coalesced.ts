/** Runs a task one at a time: who asks during a run gets the run after it, together with all others who asked. */
export class Coalesced<T> {
  private running: Promise<T> | undefined;
  private queued: Promise<T> | undefined;

  /** @param task must not reject. */
  constructor(private readonly task: () => Promise<T>) {}

  /** A run that begins after this call. */
  run(): Promise<T> {
    if (this.running === undefined) return this.start();
    this.queued ??= this.running.then(() => {
      this.queued = undefined;
      return this.start();
    });
    return this.queued;
  }

  private start(): Promise<T> {
    this.running = this.task().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }
}
