import type { Provider } from '@nestjs/common';
import { CredentialThrottle } from './credentials/credential-throttle.service.js';
import {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
} from './requests/gatehouse-throttler.guard.js';
import { RateLimits } from './requests/rate-limits.service.js';
import { SlidingWindowStore } from './sliding-window/sliding-window.store.js';
import { SlidingWindowThrottlerStorage } from './sliding-window-throttler.storage.js';
import { WindowStores } from './window-stores.js';

/**
 * The providers of the rate limits. The module that uses them provides `ThrottlerSettings` and {@link WindowStores}. Register
 * the guards in this order: GatehouseThrottlerGuard, authentication, GatehouseUserThrottlerGuard, authorisation.
 */
export const throttlerProviders: readonly Provider[] = [
  {
    provide: SlidingWindowStore,
    useFactory: ({ credentials }: WindowStores) => credentials,
    inject: [WindowStores],
  },
  {
    provide: SlidingWindowThrottlerStorage,
    useFactory: ({ requests }: WindowStores) => new SlidingWindowThrottlerStorage(requests),
    inject: [WindowStores],
  },
  CredentialThrottle,
  RateLimits,
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
];
