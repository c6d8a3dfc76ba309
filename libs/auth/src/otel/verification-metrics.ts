import type { Principal } from '../kernel/principal.js';
import type { MeasuredAuth } from '../observability/measured.js';
import { around, type Undo, watched } from './around.js';
import type { InstrumentMaker } from './instrument-maker.js';
import { attribute, instruments } from './instruments.js';
import { Tally } from './tally.js';

type Failed = ReturnType<MeasuredAuth['failureOf']>;

const SUCCESS = { [attribute.outcome]: 'success' };

/** Verdicts on access tokens, what they were known by, and who was asked whether they are revoked. */
export class VerificationMetrics {
  private readonly valid = new Tally(() => SUCCESS);
  private readonly refused = tallyOf('refused');
  private readonly failed = tallyOf('failed');
  private readonly checks = new Tally((source) => ({ [attribute.source]: source }));
  /** An error passes several methods, and is one verdict. */
  private readonly seen = new WeakSet<object>();

  constructor(private readonly maker: InstrumentMaker) {
    for (const { report } of [this.valid, this.refused, this.failed])
      maker.report(instruments.verifications, report);
    maker.report(instruments.revocationChecks, this.checks.report);
  }

  /** @returns what ends it */
  watch({ check, revocations, verifier, failureOf }: MeasuredAuth): Undo[] {
    this.maker.report(instruments.lookups, (result) => {
      const { hits, misses } = verifier.counts;
      result.observe(hits, { [attribute.lookup]: 'hit' });
      result.observe(misses, { [attribute.lookup]: 'miss' });
    });
    const onFailure = (error: unknown): void => this.countFailure(error, failureOf(error));
    // Credentials of other schemes may be asked about as well, and are no tokens.
    const onAnswer = ({ scheme }: Principal): void => {
      if (scheme === undefined) this.valid.add('');
    };
    const onRefusal = (error: unknown, [{ scheme }]: readonly [Principal, ...unknown[]]): void => {
      if (scheme === undefined) onFailure(error);
    };
    const pass = (): void => {};
    return [
      // Whatever is good has passed one of these two. A token is refused by them, or before it gets to them.
      around(check, 'unlessRevoked', (method) => watched(method, onAnswer, onRefusal)),
      around(check, 'settleForeseen', (method) => {
        const judged = watched(method, onAnswer, onRefusal) as typeof method;
        return (principal, isRevoked) => {
          // It is the store's answer that is told.
          this.checks.add('store');
          return judged(principal, isRevoked);
        };
      }),
      around(check, 'verify', (method) => watched(method, pass, onFailure)),
      around(check, 'verifyKnown', (method) => watched(method, pass, onFailure) as typeof method),
      around(check, 'inspect', (method) => watched(method, pass, onFailure) as typeof method),
      ...this.watchRevocations(revocations),
    ];
  }

  private watchRevocations(revocations: MeasuredAuth['revocations']): Undo[] {
    // What is looked at before a request waits is looked at again when it counts.
    let isForeseeing = false;
    const count = (source: 'local' | 'store'): void => {
      if (!isForeseeing) this.checks.add(source);
    };
    const onAnswer = (_verdict: unknown, _given: unknown, waited: boolean): void =>
      count(waited ? 'store' : 'local');
    const onFailure = (): void => count('store');
    return [
      around(revocations, 'isRevoked', (method) => watched(method, onAnswer, onFailure)),
      around(revocations, 'confirmUse', (method) => watched(method, onAnswer, onFailure)),
      around(revocations, 'foresee', (method) => (token) => {
        isForeseeing = true;
        try {
          return method(token);
        } finally {
          isForeseeing = false;
        }
      }),
    ];
  }

  private countFailure(error: unknown, { outcome, type }: Failed): void {
    if (typeof error === 'object' && error !== null) {
      if (this.seen.has(error)) return;
      this.seen.add(error);
    }
    this[outcome].add(type);
  }
}

function tallyOf(outcome: Failed['outcome']): Tally {
  return new Tally((type) => ({ [attribute.outcome]: outcome, [attribute.error]: type }));
}
