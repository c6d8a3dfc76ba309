/** One window in memory. All instants and spans in µs, as in the scripts, so that both media answer alike. */
export abstract class MemoryWindow {
  /** End of the block, or 0. */
  blockedUntilUs = 0;

  /**
   * What is looked at in its place, so that looking changes nothing; it may take its place.
   * @param now of the look @param window its length
   */
  abstract view(now: number, window: number): MemoryWindow;

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
