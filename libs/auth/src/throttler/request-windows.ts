import { Logger } from '@nestjs/common';
import type { Clock } from '../kernel/clock.js';
import { DenyCacheStore } from './sliding-window/deny-cache.store.js';
import { FallbackSlidingWindowStore, type StoreFailurePolicy } from './sliding-window/fallback.store.js';
import { MemorySlidingWindowStore } from './sliding-window/memory-sliding-window.store.js';
import type { SlidingWindowStore } from './sliding-window/sliding-window.store.js';
import type { ThrottlerSettings } from './throttler.settings.js';

const REPORT_EVERY_MS = 10_000;

/** The shared store with the policy for its outages. */
export function withOutagePolicy(
  shared: SlidingWindowStore,
  clock: Clock,
  policy: StoreFailurePolicy,
): SlidingWindowStore {
  const logger = new Logger('Gatehouse');
  let quietUntil = 0;
  return new FallbackSlidingWindowStore(shared, new MemorySlidingWindowStore(clock), policy, (error) => {
    if (clock.now() < quietUntil) return;
    quietUntil = clock.now() + REPORT_EVERY_MS;
    logger.warn(`Rate limits: the shared store failed (${error.message}); the policy is "${policy}"`);
  });
}

/** The store of the request limits. The deny cache sits below the policy: it only ever repeats the shared store. */
export function requestWindows(
  shared: SlidingWindowStore,
  clock: Clock,
  { denyCache, onStoreFailure }: Pick<ThrottlerSettings, 'denyCache' | 'onStoreFailure'>,
): SlidingWindowStore {
  return withOutagePolicy(denyCache ? new DenyCacheStore(shared, clock) : shared, clock, onStoreFailure);
}
