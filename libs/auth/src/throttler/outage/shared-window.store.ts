import type { Answered } from '../../redis/joint/turn-batch.js';
import { decideByKey } from '../sliding-window/hits-by-key.js';
import {
  type HitSequence,
  isAdmitted,
  isOfOneKey,
  NO_HITS,
  type SequenceVerdicts,
  type WindowHit,
  type WindowVerdict,
} from '../sliding-window/sliding-window.store.js';
import { CoveredWindowStore } from './covered-window.store.js';
import type { AskedHits, KnownWindows } from './known-windows.js';

// How late this process may notice that another one released a client.
const REMEMBERED_MS = 1000;

/**
 * Asks the shared store, unless a refusal of it is remembered, and remembers what it counted; while it can't answer decides by
 * the policy: a decision, never a 500.
 */
export class SharedWindowStore extends CoveredWindowStore<KnownWindows> {
  async hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    const { known } = this.options;
    const asked = known.ask(hits);
    const repeated = this.repeated(asked);
    if (repeated !== undefined) return repeated;
    if (isOfOneKey(hits)) return this.decide(asked);
    // On a Cluster the server of one key may be away: what that of another has counted must not be counted here again, since
    // it is given back there only.
    return decideByKey(hits, (ofKey) => this.decide(known.ask(ofKey)));
  }

  /** Not while what was counted in this process still takes room. @throws AuthError `store_unavailable` */
  override hitInSequence<Result>(
    sequence: HitSequence,
    asker: Answered<SequenceVerdicts, Result>,
  ): Result | Promise<Result> | undefined {
    const { known, inProcess } = this.options;
    const first = known.ask(sequence.first);
    const refused = this.repeated(first);
    if (refused !== undefined) return asker.answered({ first: refused, holds: false, second: undefined });
    if (inProcess.countsUntil > first.at) return undefined;
    const second = known.ask(sequence.second);
    const repeated = this.repeated(second);
    const asked = repeated === undefined ? sequence : { ...sequence, second: NO_HITS };
    return this.shared.hitInSequence(
      asked,
      new AskedSequence(this, asker, sequence, first, second, repeated),
    );
  }

  private repeated(asked: AskedHits): readonly WindowVerdict[] | undefined {
    const { known, serves, repeatsRefusals = true } = this.options;
    return serves === 'requests' && repeatsRefusals ? known.refusals(asked, REMEMBERED_MS) : undefined;
  }

  private async decide(asked: AskedHits): Promise<readonly WindowVerdict[]> {
    const { known, inProcess, serves } = this.options;
    const { hits } = asked;
    try {
      if (inProcess.countsUntil > asked.at) {
        const verdicts = await inProcess.hitBeside(hits, this.shared);
        if (serves === 'requests') known.remember(asked, verdicts);
        return verdicts;
      }
      const verdicts = await this.shared.hit(hits);
      this.note(asked, verdicts);
      return verdicts;
    } catch (error) {
      return this.instead(hits, error);
    }
  }

  /** What the shared store answered, for an outage and for its next refusal. @internal */
  note(asked: AskedHits, verdicts: readonly WindowVerdict[]): void {
    const { known, policy, serves } = this.options;
    if (policy === 'memory') known.count(asked, verdicts);
    if (serves === 'requests') known.remember(asked, verdicts);
  }

  private async instead(hits: readonly WindowHit[], error: unknown): Promise<readonly WindowVerdict[]> {
    this.raiseUnlessCovered(error);
    return this.options.policy === 'open' ? hits.map(passed) : this.options.inProcess.hit(hits);
  }

  /** @internal */
  async sequenceInstead(
    { first, proviso, second }: HitSequence,
    error: unknown,
    repeated: readonly WindowVerdict[] | undefined,
  ): Promise<SequenceVerdicts> {
    const ofFirst = await this.instead(first, error);
    if (!isAdmitted(first, ofFirst)) return { first: ofFirst, holds: false, second: undefined };
    // Only limits are covered. Redis may take no writes and answer questions all the same, so that one is asked alone.
    if (proviso !== undefined) return { first: ofFirst, holds: undefined, second: undefined };
    return { first: ofFirst, holds: true, second: repeated ?? (await this.instead(second, error)) };
  }
}

/** What becomes of the answer to a sequence. An object, since every call makes one, and a few functions cost several times as much. */
class AskedSequence<Result> implements Answered<SequenceVerdicts, Result> {
  /** @param repeated a refusal of what comes second that is known */
  constructor(
    private readonly store: SharedWindowStore,
    private readonly asker: Answered<SequenceVerdicts, Result>,
    private readonly sequence: HitSequence,
    private readonly first: AskedHits,
    private readonly second: AskedHits,
    private readonly repeated: readonly WindowVerdict[] | undefined,
  ) {}

  answered(verdicts: SequenceVerdicts): Result | Promise<Result> {
    this.store.note(this.first, verdicts.first);
    if (verdicts.second === undefined) return this.asker.answered(verdicts);
    if (this.repeated !== undefined) return this.asker.answered({ ...verdicts, second: this.repeated });
    this.store.note(this.second, verdicts.second);
    return this.asker.answered(verdicts);
  }

  async failed(error: unknown): Promise<Result> {
    let verdicts: SequenceVerdicts;
    try {
      verdicts = await this.store.sequenceInstead(this.sequence, error, this.repeated);
    } catch (final) {
      return this.asker.failed(final);
    }
    return this.asker.answered(verdicts);
  }
}

function passed({ cost, windowMs }: WindowHit): WindowVerdict {
  return { outcome: 'admitted', used: cost, resetMs: windowMs };
}
