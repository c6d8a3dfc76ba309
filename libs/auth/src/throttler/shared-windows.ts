import type { Clock } from '../kernel/clock.js';
import { ConfigurationFindings } from '../kernel/configuration-error.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { KeySpace } from '../redis/key-space.js';
import { openRedis } from '../redis/open-redis.js';
import type { RedisConnection } from '../redis/redis-connection.js';
import {
  isRedisAddress,
  type RedisOptions,
  type RedisSettings,
  resolveRedisSettings,
} from '../redis/redis.settings.js';
import {
  type MemorySlidingWindowOptions,
  MemorySlidingWindowStore,
} from './sliding-window/memory-sliding-window.store.js';
import { RedisSlidingWindowStore } from './sliding-window/redis-sliding-window.store.js';
import type { SlidingWindowStore } from './sliding-window/sliding-window.store.js';

/** Where windows are kept: exactly one of `redis` and `memory`. */
export interface WindowMediumOptions {
  /**
   * URL of a Redis (`redis://`, `redis+cluster://`, `redis+sentinel://`), or an ioredis client, which stays yours; or
   * what `AuthModule` takes: `{ url }` or `{ client }`.
   */
  readonly redis?: string | RedisConnection | RedisOptions;
  /** This process alone. */
  readonly memory?: true | MemorySlidingWindowOptions;
  /** What every key starts with. @default 'gatehouse' */
  readonly keyPrefix?: string;
}

/** Windows on a medium, and how to let go of it. */
export interface OpenedWindows {
  /** A promise only while a connection of our own is being made. */
  readonly windows: SlidingWindowStore | Promise<SlidingWindowStore>;
  /** Closes what was opened here; a client of the host is left alone. */
  close(): Promise<void>;
}

/** Opens the medium that the options name. @throws AuthConfigurationError when they are not usable */
export function openWindows({ redis, memory, keyPrefix }: WindowMediumOptions, clock: Clock): OpenedWindows {
  const findings = new ConfigurationFindings();
  if ((redis === undefined) === (memory === undefined))
    findings.add('storage', 'expected either `redis` or `memory`');
  const settings = resolveRedisSettings(
    redis === undefined
      ? undefined
      : {
          ...redisOptions(redis),
          ...(keyPrefix !== undefined && { keyPrefix }),
        },
    findings,
  );
  findings.throwIfAny();
  if (settings === undefined) {
    const windows = new MemorySlidingWindowStore(clock, memory === true ? {} : memory);
    return { windows, close: async () => {} };
  }
  return openOnRedis(settings);
}

function redisOptions(redis: string | RedisConnection | RedisOptions): RedisOptions {
  if (typeof redis === 'string') return { url: redis };
  return 'status' in redis ? { client: redis } : redis;
}

function openOnRedis(settings: RedisSettings): OpenedWindows {
  const { source } = settings;
  if (!isRedisAddress(source)) return { windows: windowsOn(source, settings), close: async () => {} };
  const opened = openRedis(source);
  const windows = opened.then((connection) => windowsOn(connection, settings));
  // Whoever asks first is told; until then nobody listens.
  windows.catch(() => {});
  return { windows, close: async () => (await opened).disconnect() };
}

function windowsOn(
  connection: RedisConnection,
  { keyPrefix, deadlineMs }: RedisSettings,
): SlidingWindowStore {
  return new RedisSlidingWindowStore(
    new GuardedRedis(connection, { keySpace: new KeySpace(keyPrefix), deadlineMs }),
  );
}
