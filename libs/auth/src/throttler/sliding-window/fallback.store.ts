import { AuthError } from '../../kernel/auth-error.js';
import {
  SlidingWindowStore,
  type WindowHit,
  type WindowId,
  type WindowVerdict,
  type WindowView,
} from './sliding-window.store.js';

/** What limits do while the store can't answer: count in this process, let everything pass, or refuse with 503. */
export type StoreFailurePolicy = 'memory' | 'open' | 'closed';

/** Asks the shared store, and while that can't answer decides by the policy: a decision, never a 500. */
export class FallbackSlidingWindowStore extends SlidingWindowStore {
  /**
   * @param inProcess counts while `policy` is `memory`
   * @param onFailure told of each failure of the shared store
   */
  constructor(
    private readonly shared: SlidingWindowStore,
    private readonly inProcess: SlidingWindowStore,
    private readonly policy: StoreFailurePolicy,
    private readonly onFailure: (error: AuthError) => void = () => {},
  ) {
    super();
  }

  async hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    try {
      return await this.shared.hit(hits);
    } catch (error) {
      this.raiseUnlessCovered(error);
      return this.policy === 'open' ? hits.map(passed) : this.inProcess.hit(hits);
    }
  }

  async reward(id: WindowId, units: number): Promise<void> {
    try {
      await this.shared.reward(id, units);
    } catch (error) {
      this.raiseUnlessCovered(error);
      await this.inProcess.reward(id, units);
    }
  }

  // What an operator asks for is not acknowledged unless the shared store has it.
  async block(id: WindowId, durationMs: number): Promise<void> {
    await this.inProcess.block(id, durationMs);
    await this.shared.block(id, durationMs);
  }

  async reset(id: WindowId): Promise<void> {
    await this.inProcess.reset(id);
    await this.shared.reset(id);
  }

  peek(id: WindowId, windowMs: number): Promise<WindowView> {
    return this.shared.peek(id, windowMs);
  }

  /** Only an outage is covered, and only where the policy says so. */
  private raiseUnlessCovered(error: unknown): void {
    if (!(error instanceof AuthError) || error.code !== 'store_unavailable') throw error;
    this.onFailure(error);
    if (this.policy === 'closed') throw error;
  }
}

function passed({ cost, windowMs }: WindowHit): WindowVerdict {
  return { outcome: 'admitted', used: cost, resetMs: windowMs };
}
