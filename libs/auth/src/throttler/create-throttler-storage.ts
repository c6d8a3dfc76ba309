import { type Clock, SystemClock } from '../kernel/clock.js';
import { AuthConfigurationError, ConfigurationFindings } from '../kernel/configuration-error.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { KeySpace } from '../redis/key-space.js';
import { openRedis } from '../redis/open-redis.js';
import type { RedisConnection } from '../redis/redis-connection.js';
import { isRedisAddress, type RedisSettings, resolveRedisSettings } from '../redis/redis.settings.js';
import { requestWindows } from './request-windows.js';
import {
  MemorySlidingWindowStore,
  type MemorySlidingWindowOptions,
} from './sliding-window/memory-sliding-window.store.js';
import { RedisSlidingWindowStore } from './sliding-window/redis-sliding-window.store.js';
import type { SlidingWindowStore } from './sliding-window/sliding-window.store.js';
import { SlidingWindowThrottlerStorage } from './sliding-window-throttler.storage.js';
import type { ThrottleOptions } from './throttler.settings.js';

/** Where a throttler storage keeps its windows: exactly one of `redis` and `memory`. */
export interface ThrottlerStorageOptions extends Pick<ThrottleOptions, 'onStoreFailure' | 'denyCache'> {
  /** URL of a Redis (`redis://`, `redis+cluster://`, `redis+sentinel://`), or an ioredis client, which stays yours. */
  readonly redis?: string | RedisConnection;
  /** Windows of this process alone. */
  readonly memory?: true | MemorySlidingWindowOptions;
  /** What every key starts with. @default 'gatehouse' */
  readonly keyPrefix?: string;
}

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
  const clock = new SystemClock();
  const { redis, memory, keyPrefix } = options;
  if ((redis === undefined) === (memory === undefined))
    throw new AuthConfigurationError([{ option: 'storage', message: 'expected either `redis` or `memory`' }]);
  if (redis === undefined)
    return new SlidingWindowThrottlerStorage(
      new MemorySlidingWindowStore(clock, memory === true ? {} : memory),
    );
  const settings = redisSettings(redis, keyPrefix);
  if (!isRedisAddress(settings.source))
    return new SlidingWindowThrottlerStorage(windowsOn(settings.source, settings, clock, options));
  const opened = openRedis(settings.source);
  const windows = opened.then((connection) => windowsOn(connection, settings, clock, options));
  // Whoever asks first is told; until then nobody listens.
  windows.catch(() => {});
  return new SlidingWindowThrottlerStorage(windows, async () => (await opened).disconnect());
}

function redisSettings(redis: string | RedisConnection, keyPrefix: string | undefined): RedisSettings {
  const findings = new ConfigurationFindings();
  const settings = resolveRedisSettings(
    {
      ...(typeof redis === 'string' ? { url: redis } : { client: redis }),
      ...(keyPrefix !== undefined && { keyPrefix }),
    },
    findings,
  );
  findings.throwIfAny();
  return settings!;
}

function windowsOn(
  connection: RedisConnection,
  { keyPrefix, deadlineMs }: RedisSettings,
  clock: Clock,
  { onStoreFailure = 'memory', denyCache = true }: ThrottlerStorageOptions,
): SlidingWindowStore {
  const redis = new GuardedRedis(connection, { keySpace: new KeySpace(keyPrefix), deadlineMs });
  return requestWindows(new RedisSlidingWindowStore(redis), clock, { onStoreFailure, denyCache });
}
