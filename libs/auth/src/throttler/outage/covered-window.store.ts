import { type AuthError, isAuthError } from '../../kernel/auth-error.js';
import {
  SlidingWindowStore,
  type WindowHit,
  type WindowId,
  type WindowVerdict,
  type WindowView,
} from '../sliding-window/sliding-window.store.js';
import type { StoreFailurePolicy } from '../throttler.settings.js';

/** What one process adds to the store that it shares with others. */
export interface SharedWindowOptions<Known extends Knowledge> {
  /** While the shared store can't answer. */
  readonly policy: StoreFailurePolicy;
  /** What this process remembers of the shared store. */
  readonly known: Known;
  /** Counts meanwhile where the policy is `memory`. */
  readonly inProcess: InProcessWindows;
  /**
   * Whether requests are refused by what is remembered: a login never is, because another one gives back. Operators look at
   * windows of requests, and are told when that can't be done; a login goes on by what this process knows.
   */
  readonly serves: 'requests' | 'credentials';
  /** Whether a refusal is repeated while the shared store can answer. @default true */
  readonly repeatsRefusals?: boolean;
  /** Told of each failure of the shared store. */
  readonly onFailure?: (error: AuthError) => void;
}

/** What changes when somebody else than time takes units out of a window. */
export interface Knowledge {
  /** The generation of each key, as the shared store last said. */
  readonly generations: {
    get(key: string): string | undefined;
    set(key: string, generation: string): unknown;
    delete(key: string): unknown;
  };
  /** Units of a window were given back. @returns how many of them are counted in this process as well */
  giveBack(id: WindowId, units: number): number;
  /** What was counted stays, but a refusal may end now. */
  forgetRefusal(id: WindowId): void;
  /** The window is empty. */
  forget(id: WindowId): void;
}

/** Windows of this process, for as long as the shared store is away. */
export interface InProcessWindows extends SlidingWindowStore {
  /** Until when something counts here that the shared store doesn't know of, by the clock that nobody can set. */
  readonly countsUntil: number;
  /** Asks the shared store, where what was admitted here takes room as well. @throws AuthError `store_unavailable` */
  hitBeside(hits: readonly WindowHit[], shared: SlidingWindowStore): Promise<readonly WindowVerdict[]>;
  /** Gives back what was taken here. @returns the units that weren't */
  giveBackHere(id: WindowId, units: number): Promise<number>;
}

/**
 * What is asked of a shared store beside hits, and done in this process as well. While that store can't answer, what belongs to a
 * decision is done here by the policy; what an operator asks for fails then, rather than be done in this process only.
 */
export abstract class CoveredWindowStore<Known extends Knowledge> extends SlidingWindowStore {
  constructor(
    protected readonly shared: SlidingWindowStore,
    protected readonly options: SharedWindowOptions<Known>,
  ) {
    super();
  }

  async reward(id: WindowId, units: number): Promise<void> {
    const { known, inProcess } = this.options;
    const left = await inProcess.giveBackHere(id, units);
    if (left === 0) return;
    await this.unlessAway(
      async () => {
        await this.shared.reward(id, left);
        const replayed = known.giveBack(id, left);
        if (replayed > 0) await inProcess.reward(id, replayed);
      },
      () => inProcess.reward(id, left),
    );
  }

  async block(id: WindowId, durationMs: number): Promise<void> {
    // In the shared store first: what fails there isn't done here either.
    await this.shared.block(id, durationMs);
    // A shorter block may have replaced the one that is remembered.
    this.options.known.forgetRefusal(id);
    await this.options.inProcess.block(id, durationMs);
  }

  async reset(id: WindowId): Promise<void> {
    await this.shared.reset(id);
    this.options.known.forget(id);
    await this.options.inProcess.reset(id);
  }

  async renew(key: string, lifetimeMs: number): Promise<void> {
    await this.shared.renew(key, lifetimeMs);
    this.options.known.generations.delete(key);
    await this.options.inProcess.renew(key, lifetimeMs);
  }

  generation(key: string): Promise<string> {
    const { known, inProcess } = this.options;
    return this.unlessAway(
      async () => {
        const generation = await this.shared.generation(key);
        known.generations.set(key, generation);
        return generation;
      },
      async () => known.generations.get(key) ?? inProcess.generation(key),
    );
  }

  peek(id: WindowId, windowMs: number): Promise<WindowView> {
    const { serves, inProcess } = this.options;
    const look = (): Promise<WindowView> => this.shared.peek(id, windowMs);
    return serves === 'requests' ? look() : this.unlessAway(look, () => inProcess.peek(id, windowMs));
  }

  private async unlessAway<T>(ask: () => Promise<T>, meanwhile: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      this.raiseUnlessCovered(error);
      return meanwhile();
    }
  }

  /** Only an outage is covered, and only where the policy says so. */
  protected raiseUnlessCovered(error: unknown): void {
    if (!isAuthError(error) || error.code !== 'store_unavailable') throw error;
    this.options.onFailure?.(error);
    if (this.options.policy === 'closed') throw error;
  }
}
