import type { Provider } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { CredentialThrottle } from './credential-throttle.service.js';
import { GatehouseThrottlerGuard, GatehouseUserThrottlerGuard } from './gatehouse-throttler.guard.js';
import { requestWindows, withOutagePolicy } from './request-windows.js';
import { RequestWindowStore, SharedWindowStore } from './request-windows.store.js';
import { SlidingWindowStore } from './sliding-window/sliding-window.store.js';
import { SlidingWindowThrottlerStorage } from './sliding-window-throttler.storage.js';
import { ThrottlerSettings } from './throttler.settings.js';

/**
 * Everything of the rate limits that stands on three providers of the module around it: {@link ThrottlerSettings}
 * (resolveThrottlerSettings), `Clock`, and {@link SharedWindowStore} (a `RedisSlidingWindowStore` or a
 * `MemorySlidingWindowStore`). Register the guards in this order: GatehouseThrottlerGuard, authentication,
 * GatehouseUserThrottlerGuard, authorisation.
 */
export const throttlerProviders: readonly Provider[] = [
  {
    provide: RequestWindowStore,
    useFactory: (shared: SharedWindowStore, clock: Clock, settings: ThrottlerSettings) =>
      requestWindows(shared, clock, settings),
    inject: [SharedWindowStore, Clock, ThrottlerSettings],
  },
  {
    // Without the deny cache: what a login gives back in one process counts at once in all. Never `open`.
    provide: SlidingWindowStore,
    useFactory: (shared: SharedWindowStore, clock: Clock, { onStoreFailure }: ThrottlerSettings) =>
      withOutagePolicy(shared, clock, onStoreFailure === 'closed' ? 'closed' : 'memory'),
    inject: [SharedWindowStore, Clock, ThrottlerSettings],
  },
  {
    provide: SlidingWindowThrottlerStorage,
    useFactory: (windows: RequestWindowStore) => new SlidingWindowThrottlerStorage(windows),
    inject: [RequestWindowStore],
  },
  CredentialThrottle,
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
];
