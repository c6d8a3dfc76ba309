/** Instants that are remembered of a window; more are made fewer. */
export const MAX_ENTRIES = 128;

/** Units that came at one instant: of this process, and of others. */
export interface SpentUnits {
  /** By the clock that nobody can set, ms. */
  readonly at: number;
  readonly own: number;
  readonly others: number;
}

/** Numbers of an entry, in this order. */
const [AT, OWN, OTHERS, LENGTH] = [0, 1, 2, 3];

/**
 * Units of a window, oldest first. Each call that is admitted leaves an instant here for as long as it counts. As objects they
 * would be hundreds of thousands that outlive every young generation, and that each full collection has to walk through, while all
 * requests wait; so they are numbers in a row.
 */
export class UnitLog {
  /** Units it holds. */
  held = 0;
  /** Those of them, the newest, that weren't replayed yet. */
  fresh = 0;
  private numbers: number[] = [];

  /** What it holds, instant by instant. */
  get entries(): SpentUnits[] {
    const entries: SpentUnits[] = [];
    for (let from = 0; from < this.numbers.length; from += LENGTH) entries.push(this.entryFrom(from));
    return entries;
  }

  /** Drops what came until then. */
  expire(edge: number): void {
    const { numbers } = this;
    let [end, units] = [0, 0];
    for (; end < numbers.length && numbers[end + AT]! <= edge; end += LENGTH)
      units += numbers[end + OWN]! + numbers[end + OTHERS]!;
    if (end === 0) return;
    if (end === numbers.length) this.numbers = [];
    else numbers.splice(0, end);
    this.forget(units);
  }

  /**
   * The store holds so many units. Those beyond what is known came from other processes, lately at worst. What it doesn't hold any
   * more was the oldest; what came after it was asked stays. @returns how many of those were replayed
   */
  settle(held: number, askedAt: number, now: number): number {
    if (held > this.held) this.add(now, 0, held - this.held);
    const asked = Math.ceil(askedAt);
    const replayed = this.held - this.fresh;
    while (this.held > held && this.numbers[AT]! <= asked) this.take(0, this.held - held, OTHERS, OWN);
    return replayed - (this.held - this.fresh);
  }

  add(at: number, own: number, others: number): void {
    const { numbers } = this;
    const last = numbers.length - LENGTH;
    // Most clients come once, and an array that something was pushed to has room for many.
    if (last < 0) this.numbers = [at, own, others];
    else if (numbers[last + AT] === at) {
      numbers[last + OWN]! += own;
      numbers[last + OTHERS]! += others;
    } else numbers.push(at, own, others);
    this.held += own + others;
    this.fresh += own + others;
  }

  /** Takes the newest units out. */
  giveBack(units: number): void {
    const fresh = Math.max(0, this.fresh - units);
    for (let left = units; left > 0 && this.held > 0;)
      left -= this.take(this.numbers.length - LENGTH, left, OWN, OTHERS);
    this.fresh = Math.min(fresh, this.held);
  }

  /** The newest units, oldest first. */
  newest(units: number): SpentUnits[] {
    const newest: SpentUnits[] = [];
    let left = units;
    for (let from = this.numbers.length - LENGTH; left > 0 && from >= 0; from -= LENGTH) {
      const { at, own, others } = this.entryFrom(from);
      const ofOwn = Math.min(own, left);
      const ofOthers = Math.min(others, left - ofOwn);
      newest.push({ at, own: ofOwn, others: ofOthers });
      left -= ofOwn + ofOthers;
    }
    return newest.toReversed();
  }

  /**
   * Where there are too many instants, makes them fewer, each of which stands for all of its step before it, so that nothing leaves
   * early. @param spanMs how long a unit may count
   */
  coarsen(spanMs: number): void {
    const { numbers } = this;
    if (numbers.length <= MAX_ENTRIES * LENGTH) return;
    const stepMs = (2 * spanMs) / MAX_ENTRIES;
    const stepOf = (from: number): number => Math.floor(numbers[from + AT]! / stepMs);
    let end = 0;
    for (let from = 0; from < numbers.length; from += LENGTH) {
      const isSame = end > 0 && stepOf(end - LENGTH) === stepOf(from);
      const [own, others] = [numbers[from + OWN]!, numbers[from + OTHERS]!];
      if (!isSame) end += LENGTH;
      const place = end - LENGTH;
      numbers[place + OWN] = own + (isSame ? numbers[place + OWN]! : 0);
      numbers[place + OTHERS] = others + (isSame ? numbers[place + OTHERS]! : 0);
      numbers[place + AT] = numbers[from + AT]!;
    }
    numbers.length = end;
  }

  private entryFrom(from: number): SpentUnits {
    const { numbers } = this;
    return { at: numbers[from + AT]!, own: numbers[from + OWN]!, others: numbers[from + OTHERS]! };
  }

  private take(from: number, units: number, first: number, second: number): number {
    const { numbers } = this;
    const ofFirst = Math.min(numbers[from + first]!, units);
    const ofSecond = Math.min(numbers[from + second]!, units - ofFirst);
    numbers[from + first]! -= ofFirst;
    numbers[from + second]! -= ofSecond;
    const left = numbers[from + OWN]! + numbers[from + OTHERS]!;
    if (left === 0) numbers.splice(from, LENGTH);
    this.forget(ofFirst + ofSecond);
    return ofFirst + ofSecond;
  }

  private forget(units: number): void {
    this.held -= units;
    this.fresh = Math.min(this.fresh, this.held);
  }
}
