import type { Measured } from '../observability/measured.js';
import type {
  HitSequence,
  SequenceVerdicts,
  WindowHit,
  WindowVerdict,
} from '../throttler/sliding-window/sliding-window.store.js';
import { around, type Undo, watched } from './around.js';
import type { InstrumentMaker } from './instrument-maker.js';
import { attribute, instruments } from './instruments.js';
import { Tally } from './tally.js';

type Windows = ReturnType<Measured['windows']>;

/** Decisions of limits, by the name of the throttler. */
export class LimitMetrics {
  private readonly tallies = {
    admitted: tallyOf('admitted'),
    refused: tallyOf('refused'),
    uncounted: tallyOf('uncounted'),
  } as const;

  constructor(maker: InstrumentMaker) {
    for (const { report } of Object.values(this.tallies)) maker.report(instruments.decisions, report);
  }

  /** @returns what ends it */
  watch({ requests, credentials }: Windows): Undo[] {
    // In memory they are one.
    return [...new Set([requests, credentials])].flatMap((store) => [
      around(
        store,
        'hit',
        (hit) => watched(hit, (verdicts, [hits]) => this.count(hits, verdicts)) as typeof hit,
      ),
      around(
        store,
        'hitInSequence',
        (ask) => (sequence, asker) =>
          ask(sequence, {
            answered: (verdicts) => {
              this.countSequence(sequence, verdicts);
              return asker.answered(verdicts);
            },
            failed: (error) => asker.failed(error),
          }),
      ),
    ]);
  }

  private countSequence({ first, second }: HitSequence, verdicts: SequenceVerdicts): void {
    this.count(first, verdicts.first);
    if (verdicts.second !== undefined) this.count(second, verdicts.second);
  }

  private count(hits: readonly WindowHit[], verdicts: readonly WindowVerdict[]): void {
    for (let place = 0; place < verdicts.length; place++) {
      const name = nameOf(hits[place]!);
      if (name !== undefined) this.tallies[verdicts[place]!.outcome].add(name);
    }
  }
}

function tallyOf(verdict: WindowVerdict['outcome']): Tally {
  return new Tally((name) => ({ [attribute.throttler]: name, [attribute.decision]: verdict }));
}

// `login.pair.<digest>` and the like: which budget it is, and nothing about who spends it.
const BUDGET = /^login\.[a-z]+/;

/** The name that a throttler has in options; of budgets of failed logins the kind. Whatever never refuses has none. */
function nameOf({
  throttler,
  name,
  counts,
}: WindowHit & { readonly throttler?: string }): string | undefined {
  if (throttler !== undefined) return throttler;
  if (counts === undefined || counts === 'requests') return name;
  return counts === 'failures' ? BUDGET.exec(name)?.[0] : undefined;
}
