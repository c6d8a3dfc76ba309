/** Times how long work of this process keeps its event loop standing still. */
export class LoopProbe {
  private longest = 0;
  private last = { at: 0, worked: 0 };
  private running = false;

  /** The longest standstill while `work` was going on, in ms. */
  async during(work: () => Promise<unknown>): Promise<number> {
    [this.longest, this.last, this.running] = [0, moment(), true];
    this.tick();
    try {
      await work();
    } finally {
      this.running = false;
    }
    this.look();
    return this.longest;
  }

  // Always due, so the loop comes by without waiting for anything.
  private tick(): void {
    this.look();
    if (this.running) setImmediate(() => this.tick());
  }

  /** While others hold the processor the loop stands still as well, but nothing of ours works. */
  private look(): void {
    const now = moment();
    const standstill = Math.min(now.at - this.last.at, now.worked - this.last.worked);
    this.longest = Math.max(this.longest, standstill);
    this.last = now;
  }
}

/** Now, and how long this process has worked, in ms. */
function moment(): { readonly at: number; readonly worked: number } {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), worked: (user + system) / 1000 };
}
