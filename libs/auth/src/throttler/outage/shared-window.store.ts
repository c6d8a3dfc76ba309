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
  override hitInSequence(sequence: HitSequence): SequenceVerdicts | Promise<SequenceVerdicts> | undefined {
    const { known, inProcess } = this.options;
    const first = known.ask(sequence.first);
    const refused = this.repeated(first);
    if (refused !== undefined) return { first: refused, holds: false, second: undefined };
    if (inProcess.countsUntil > first.at) return undefined;
    const second = known.ask(sequence.second);
    const repeated = this.repeated(second);
    const asked = repeated === undefined ? sequence : { ...sequence, second: NO_HITS };
    const answer = this.shared.hitInSequence(asked);
    const settle = (verdicts: SequenceVerdicts): SequenceVerdicts => {
      this.note(first, verdicts.first);
      if (verdicts.second === undefined) return verdicts;
      if (repeated !== undefined) return { ...verdicts, second: repeated };
      this.note(second, verdicts.second);
      return verdicts;
    };
    if (!(answer instanceof Promise)) return answer && settle(answer);
    return answer.then(settle, (error: unknown) => this.sequenceInstead(sequence, error, repeated));
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

  /** What the shared store answered, for an outage and for its next refusal. */
  private note(asked: AskedHits, verdicts: readonly WindowVerdict[]): void {
    const { known, policy, serves } = this.options;
    if (policy === 'memory') known.count(asked, verdicts);
    if (serves === 'requests') known.remember(asked, verdicts);
  }

  private async instead(hits: readonly WindowHit[], error: unknown): Promise<readonly WindowVerdict[]> {
    this.raiseUnlessCovered(error);
    return this.options.policy === 'open' ? hits.map(passed) : this.options.inProcess.hit(hits);
  }

  private async sequenceInstead(
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

function passed({ cost, windowMs }: WindowHit): WindowVerdict {
  return { outcome: 'admitted', used: cost, resetMs: windowMs };
}
