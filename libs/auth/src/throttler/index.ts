export { clientAddress } from '../context/callers/client-address.js';
export { createThrottlerStorage } from './create-throttler-storage.js';
export {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
} from './requests/gatehouse-throttler.guard.js';
export { SlidingWindowThrottlerStorage } from './sliding-window-throttler.storage.js';
export { GatehouseThrottlerModule } from './throttler.module.js';
export type { GatehouseThrottlerModuleOptions } from './throttler.options.js';
