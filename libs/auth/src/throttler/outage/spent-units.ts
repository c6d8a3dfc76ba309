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

/** Units of a window, oldest first. */
export class UnitLog {
  /** Units it holds. */
  held = 0;
  /** Those of them, the newest, that weren't replayed yet. */
  fresh = 0;
  entries: SpentUnits[] = [];

  /** Drops what came until then. */
  expire(edge: number): void {
    while (this.held > 0 && this.entries[0]!.at <= edge) this.take(0, this.held, 'others');
  }

  /**
   * The store holds so many units. Those beyond what is known came from other processes, lately at worst. What it doesn't hold any
   * more was the oldest; what came after it was asked stays. @returns how many of those were replayed
   */
  settle(held: number, askedAt: number, now: number): number {
    if (held > this.held) this.add(now, 0, held - this.held);
    const asked = Math.ceil(askedAt);
    const replayed = this.held - this.fresh;
    while (this.held > held && this.entries[0]!.at <= asked) this.take(0, this.held - held, 'others');
    return replayed - (this.held - this.fresh);
  }

  add(at: number, own: number, others: number): void {
    const last = this.held === 0 ? undefined : this.entries[this.entries.length - 1];
    // Most clients come once, and an array that something was pushed to has room for many.
    if (last === undefined) this.entries = [{ at, own, others }];
    else if (last.at === at) {
      last.own += own;
      last.others += others;
    } else this.entries.push({ at, own, others });
    this.held += own + others;
    this.fresh += own + others;
  }

  /** Takes the newest units out. */
  giveBack(units: number): void {
    const fresh = Math.max(0, this.fresh - units);
    for (let left = units; left > 0 && this.held > 0;)
      left -= this.take(this.entries.length - 1, left, 'own');
    this.fresh = Math.min(fresh, this.held);
  }

  private take(place: number, units: number, first: 'own' | 'others'): number {
    const entry = this.entries[place]!;
    const second = first === 'own' ? 'others' : 'own';
    const ofFirst = Math.min(entry[first], units);
    const ofSecond = Math.min(entry[second], units - ofFirst);
    entry[first] -= ofFirst;
    entry[second] -= ofSecond;
    if (entry.own + entry.others === 0) this.entries.splice(place, 1);
    this.held -= ofFirst + ofSecond;
    this.fresh = Math.min(this.fresh, this.held);
    return ofFirst + ofSecond;
  }
}
