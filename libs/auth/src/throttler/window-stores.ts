import { Logger } from '@nestjs/common';
import type { AuthError } from '../kernel/auth-error.js';
import type { Clock } from '../kernel/clock.js';
import type { Sweepable } from '../memory/sweeper.js';
import type { Answered } from '../redis/joint/turn-batch.js';
import { KnownWindows } from './outage/known-windows.js';
import { OutageWindows } from './outage/outage-windows.js';
import { SharedWindowStore } from './outage/shared-window.store.js';
import { MemorySlidingWindowStore } from './sliding-window/memory-sliding-window.store.js';
import {
  isOfOneKey,
  NO_HITS,
  type SequenceVerdicts,
  type SlidingWindowStore,
  type WindowHit,
  type WindowVerdict,
} from './sliding-window/sliding-window.store.js';
import type { StoreFailurePolicy, ThrottlerSettings } from './throttler.settings.js';

// Without a failure for so long an outage is over.
const OVER_AFTER_MS = 10_000;

/** What {@link WindowStores} needs to know. */
export type WindowStoresSettings = Pick<ThrottlerSettings, 'denyCache' | 'onStoreFailure' | 'instances'>;

/** The stores of all limits, over the one store that the module around them opened; that module has them swept. */
export class WindowStores implements Sweepable {
  /** For limits of requests: with the deny cache, and the configured policy for outages. */
  readonly requests: SlidingWindowStore;
  /**
   * For credentials and for operators. Asks the store at once, so that what a login gives back in one process counts in
   * all; what it releases, the deny cache forgets as well. Never `open` during an outage.
   */
  readonly credentials: SlidingWindowStore;
  // One memory for outages, so that an operator's verb reaches what the guards count there.
  private readonly inProcess: MemorySlidingWindowStore;

  /** @param windows a `RedisSlidingWindowStore`, or a `MemorySlidingWindowStore`, which is used as it is */
  constructor(
    windows: SlidingWindowStore,
    clock: Clock,
    { denyCache, onStoreFailure, instances }: WindowStoresSettings,
  ) {
    if (windows instanceof MemorySlidingWindowStore) {
      this.requests = this.credentials = this.inProcess = windows;
      return;
    }
    const known = new KnownWindows(clock);
    this.inProcess = new MemorySlidingWindowStore(clock);
    const inProcess = new OutageWindows(this.inProcess, known, instances);
    const shared = (policy: StoreFailurePolicy, serves: 'requests' | 'credentials'): SlidingWindowStore => {
      const onFailure = reporter(clock, policy);
      const repeatsRefusals = denyCache;
      return new SharedWindowStore(windows, { policy, known, inProcess, serves, repeatsRefusals, onFailure });
    };
    this.requests = shared(onStoreFailure, 'requests');
    this.credentials = shared(onStoreFailure === 'closed' ? 'closed' : 'memory', 'credentials');
  }

  /** Decides the hits of one call on a request, at once where nothing has to be waited for. @throws AuthError `store_unavailable` */
  decide(hits: readonly WindowHit[]): readonly WindowVerdict[] | Promise<readonly WindowVerdict[]> {
    const together = isOfOneKey(hits)
      ? this.requests.hitInSequence({ first: hits, second: NO_HITS }, ofFirst)
      : undefined;
    return together ?? this.requests.hit(hits);
  }

  /** Drops what has expired in this process. */
  sweep(): void {
    this.inProcess.sweep();
  }
}

const ofFirst: Answered<SequenceVerdicts, readonly WindowVerdict[]> = {
  answered: ({ first }) => first,
  failed: (error) => {
    throw error;
  },
};

/**
 * Logs an outage once, when it begins. That Redis can't be used is a line of its own already; that limits don't hold meanwhile
 * isn't.
 */
function reporter(clock: Clock, policy: StoreFailurePolicy): (error: AuthError) => void {
  const logger = new Logger('Gatehouse');
  let lastsUntil = 0;
  return ({ reason, occurrence }) => {
    const isNew = clock.elapsed() >= lastsUntil;
    lastsUntil = clock.elapsed() + OVER_AFTER_MS;
    if (isNew && (occurrence.isReported !== true || policy === 'open'))
      logger.warn(`Rate limits: the shared store failed (${reason}); the policy is "${policy}"`);
  };
}
