export { SkipThrottle, Throttle } from '@nestjs/throttler';
export { clientAddress } from './client-address.js';
export { createThrottlerStorage, type ThrottlerStorageOptions } from './create-throttler-storage.js';
export { type CredentialAttempt, CredentialThrottle } from './credential-throttle.service.js';
export type { CredentialThrottleOptions, FailureBudgetOptions } from './credential-throttle.settings.js';
export { GatehouseThrottlerGuard, GatehouseUserThrottlerGuard } from './gatehouse-throttler.guard.js';
export { RequestWindowStore, SharedWindowStore } from './request-windows.store.js';
export type { WindowMediumOptions } from './shared-windows.js';
export { DenyCacheStore } from './sliding-window/deny-cache.store.js';
export { FallbackSlidingWindowStore, type StoreFailurePolicy } from './sliding-window/fallback.store.js';
export {
  type MemorySlidingWindowOptions,
  MemorySlidingWindowStore,
} from './sliding-window/memory-sliding-window.store.js';
export { RedisSlidingWindowStore } from './sliding-window/redis-sliding-window.store.js';
export {
  SlidingWindowStore,
  type WindowAdmission,
  type WindowHit,
  type WindowId,
  type WindowPrecision,
  type WindowRefusal,
  type WindowSpared,
  type WindowVerdict,
  type WindowView,
} from './sliding-window/sliding-window.store.js';
export { SlidingWindowThrottlerStorage } from './sliding-window-throttler.storage.js';
export { type CallCost, ThrottleCost } from './throttle-cost.decorator.js';
export { throttlerProviders } from './throttler.providers.js';
export { GatehouseThrottlerModule, type GatehouseThrottlerModuleOptions } from './throttler.module.js';
export {
  type PerCall,
  resolveThrottlerSettings,
  type ThrottleOptions,
  type ThrottlerOptions,
  ThrottlerSettings,
  type ThrottleStage,
  type TrackerOf,
} from './throttler.settings.js';
