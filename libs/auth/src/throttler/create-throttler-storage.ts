import { SystemClock } from '../kernel/clock.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import { OpenedWindows, readWindowMedium } from './shared-windows.js';
import { SlidingWindowThrottlerStorage } from './sliding-window-throttler.storage.js';
import type { GatehouseThrottlerModuleOptions } from './throttler.options.js';
import { readStorePolicy } from './throttler.settings.js';

/** Where windows are kept, and what happens while that can't answer. */
type ThrottlerStorageOptions = Pick<
  GatehouseThrottlerModuleOptions,
  'redis' | 'memory' | 'onStoreFailure' | 'instances' | 'denyCache'
>;

/**
 * A storage for `ThrottlerModule` in one line. A URL is connected to at the first use, and closed with the app, or by `close()`.
 * @example
 * ```ts
 * ThrottlerModule.forRoot({
 *   throttlers: [{ limit: 100, ttl: seconds(60), blockDuration: 0 }],
 *   storage: createThrottlerStorage({ redis: 'redis://localhost' }),
 * })
 * ```
 * @throws AuthConfigurationError listing every mistake in the options
 */
export function createThrottlerStorage(options: ThrottlerStorageOptions): SlidingWindowThrottlerStorage {
  const { medium: settings, policy } = resolveStorageOptions(options);
  const windows = new OpenedWindows(settings, policy, new SystemClock());
  // The module that this is written in may be imported by a script that never counts anything.
  return new SlidingWindowThrottlerStorage(async () => (await windows.stores()).requests, windows);
}

function resolveStorageOptions(given: unknown): {
  readonly medium: ReturnType<typeof readWindowMedium>;
  readonly policy: ReturnType<typeof readStorePolicy>;
} {
  const findings = new ConfigurationFindings();
  const settings = readOptions(given, '', findings, (read: OptionReader<ThrottlerStorageOptions>) => ({
    medium: readWindowMedium(read),
    policy: readStorePolicy(read),
  }));
  findings.throwIfAny();
  return settings;
}
