/** One window in memory. All instants and spans in µs, as in the scripts, so that both media answer alike. */
export abstract class MemoryWindow {
  /** End of the block, or 0. */
  blockedUntilUs = 0;

  /** Length of the window that its units were counted for last, µs. */
  protected spanUs = 0;

  /**
   * What is looked at in its place, so that looking changes nothing; it may take its place. A look of the length that it is counted for
   * drops what has left anyway.
   */
  view(spanUs: number): MemoryWindow {
    return spanUs === this.spanUs ? this : Object.assign(this.copy(), { spanUs });
  }

  protected abstract copy(): MemoryWindow;

  /** Units it holds, those that {@link used} would drop included. */
  abstract readonly units: number;

  /** Units inside the window that ends now. */
  abstract used(now: number, window: number): number;

  /** When so many units will have left; asked right after {@link used}. */
  abstract exit(units: number, now: number, window: number): number;

  /** Adds units of now. */
  abstract spend(now: number, window: number, cost: number): void;

  /** Takes the newest units out. */
  abstract reward(units: number): void;

  /** From when on nothing of the window matters any more, blocks aside. */
  abstract emptyAt(window: number): number;
}
