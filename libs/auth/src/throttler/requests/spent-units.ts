/** Instants that are remembered of a window; more are {@link coarsened}. */
export const MAX_ENTRIES = 128;

/** Units that came at one instant: of this process, and of others. */
export interface SpentUnits {
  /** By the clock that nobody can set, ms. */
  readonly at: number;
  own: number;
  others: number;
}

/** Fewer instants, each of which stands for all of its step before it, so that nothing leaves early. */
export function coarsened(entries: readonly SpentUnits[], stepMs: number): SpentUnits[] {
  const steps = new Map<number, SpentUnits>();
  for (const { at, own, others } of entries) {
    const step = Math.floor(at / stepMs);
    const before = steps.get(step);
    steps.set(step, { at, own: own + (before?.own ?? 0), others: others + (before?.others ?? 0) });
  }
  return [...steps.values()];
}

/** The newest units, oldest first. */
export function newestOf(entries: readonly SpentUnits[], units: number): SpentUnits[] {
  const newest: SpentUnits[] = [];
  let left = units;
  for (let place = entries.length - 1; left > 0 && place >= 0; place--) {
    const { at, own, others } = entries[place]!;
    const ofOwn = Math.min(own, left);
    const ofOthers = Math.min(others, left - ofOwn);
    newest.push({ at, own: ofOwn, others: ofOthers });
    left -= ofOwn + ofOthers;
  }
  return newest.toReversed();
}
