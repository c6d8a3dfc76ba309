import { SystemClock } from '../kernel/clock.js';
import { requestWindows } from './request-windows.js';
import { openWindows, type WindowMediumOptions } from './shared-windows.js';
import type { SlidingWindowStore } from './sliding-window/sliding-window.store.js';
import { SlidingWindowThrottlerStorage } from './sliding-window-throttler.storage.js';
import type { ThrottleOptions } from './throttler.settings.js';

/** Where a throttler storage keeps its windows, and what it does while it can't. */
export interface ThrottlerStorageOptions
  extends WindowMediumOptions, Pick<ThrottleOptions, 'onStoreFailure' | 'denyCache'> {}

/**
 * A storage for `ThrottlerModule` in one line. A connection made from a URL is closed with the app, or by `close()`.
 * @example
 * ```ts
 * ThrottlerModule.forRoot({
 *   throttlers: [{ limit: 100, ttl: seconds(60), blockDuration: 0 }],
 *   storage: createThrottlerStorage({ redis: 'redis://localhost' }),
 * })
 * ```
 * @throws AuthConfigurationError when the options are not usable
 */
export function createThrottlerStorage(options: ThrottlerStorageOptions): SlidingWindowThrottlerStorage {
  const { onStoreFailure = 'memory', denyCache = true } = options;
  const clock = new SystemClock();
  const { windows, close } = openWindows(options, clock);
  const limited = (shared: SlidingWindowStore): SlidingWindowStore =>
    requestWindows(shared, clock, { onStoreFailure, denyCache });
  return new SlidingWindowThrottlerStorage(
    windows instanceof Promise ? windows.then(limited) : limited(windows),
    close,
  );
}
