import {
  type HitSequence,
  isAdmitted,
  type SequenceVerdicts,
  type WindowHit,
  type WindowId,
  type WindowVerdict,
} from './sliding-window.store.js';

const FIELDS = ['precision', 'limit', 'windowMs', 'blockMs', 'cost', 'dryRun'] as const;

/** One run of a script of `hit-windows.lua.ts`: writes its arguments, and reads its reply. */
export class HitCalls {
  readonly keys: string[] = [];
  private readonly plans: WindowHit[] = [];
  private readonly sums: number[] = [];
  private calls = '';
  private bounded = 0;
  private windows = 0;

  constructor(
    private readonly sequences: readonly HitSequence[],
    private readonly keyOf: (id: WindowId) => string,
  ) {
    for (const { first, proviso, second } of sequences) {
      this.calls += String.fromCharCode(first.length, proviso?.keys.length ?? 0, second.length);
      this.add(first);
      if (proviso !== undefined) {
        this.keys.push(...proviso.keys);
        this.sums.push(proviso.sum);
      }
      this.add(second);
    }
  }

  /** Which kinds of windows are asked. */
  get precision(): 'exact' | 'bounded' | 'mixed' {
    if (this.bounded === 0) return 'exact';
    return this.bounded === this.windows ? 'bounded' : 'mixed';
  }

  get args(): readonly (string | number)[] {
    const args: (string | number)[] = [this.plans.length];
    for (const { precision = 'exact', limit, windowMs, blockMs, cost, dryRun } of this.plans)
      args.push(precision, limit, windowMs, blockMs, cost, dryRun === true ? 'dry-run' : 'counts');
    args.push(this.calls, ...this.sums);
    return args;
  }

  /** One answer for each sequence, in their order. */
  answers(reply: readonly unknown[]): readonly SequenceVerdicts[] {
    let at = 0;
    const verdicts = (hits: readonly WindowHit[]): readonly WindowVerdict[] => {
      at += 2 * hits.length;
      return hits.map((_, place) => verdictOf(reply, at + 2 * (place - hits.length)));
    };
    return this.sequences.map(({ first, proviso, second }) => {
      const ofFirst = verdicts(first);
      const holds = proviso === undefined ? isAdmitted(first, ofFirst) : Number(reply[at++]) === 1;
      const ofSecond = verdicts(second);
      return { first: ofFirst, holds, second: holds ? ofSecond : undefined };
    });
  }

  private add(hits: readonly WindowHit[]): void {
    for (const hit of hits) {
      this.keys.push(this.keyOf(hit));
      this.calls += String.fromCharCode(this.placeOf(hit));
      this.windows += 1;
      if (hit.precision === 'bounded') this.bounded += 1;
    }
  }

  /** Most calls of an app have the same few plans. */
  private placeOf(hit: WindowHit): number {
    const { plans } = this;
    for (let place = 0; place < plans.length; place++) {
      const plan = plans[place]!;
      if (FIELDS.every((field) => plan[field] === hit[field])) return place + 1;
    }
    return plans.push(hit);
  }
}

function verdictOf(reply: readonly unknown[], at: number): WindowVerdict {
  const [used, ms] = [Number(reply[at]), Number(reply[at + 1])];
  if (ms > 0) return { outcome: 'admitted', used, resetMs: ms };
  return ms < 0 ? { outcome: 'refused', used, waitMs: -ms } : { outcome: 'uncounted', used };
}
