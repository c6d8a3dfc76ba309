import { isReview } from '../configuration/access-review.js';
import { storeUnavailable } from '../kernel/auth-error.js';
import type { Clock } from '../kernel/clock.js';
import type { OptionReader } from '../kernel/configuration/option-reader.js';
import { Sweeper } from '../memory/sweeper.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { KeySpace } from '../redis/key-space.js';
import { openRedis } from '../redis/open-redis.js';
import { ProvisionalRedis } from '../redis/provisional-redis.js';
import type { RedisConnection } from '../redis/redis-connection.js';
import type { RedisAddress } from '../redis/redis-url.js';
import { isRedisAddress, type RedisSettings, resolveRedisSettings } from '../redis/redis.settings.js';
import {
  type MemorySlidingWindowOptions,
  MemorySlidingWindowStore,
} from './sliding-window/memory-sliding-window.store.js';
import { RedisSlidingWindowStore } from './sliding-window/redis-sliding-window.store.js';
import type { SlidingWindowStore } from './sliding-window/sliding-window.store.js';
import type { GatehouseThrottlerModuleOptions } from './throttler.options.js';
import { WindowStores, type WindowStoresSettings } from './window-stores.js';

/** Where windows are kept: exactly one of the two. */
export type WindowMediumOptions = Pick<GatehouseThrottlerModuleOptions, 'redis' | 'memory'>;

/** Resolved {@link WindowMediumOptions}. */
export interface WindowMediumSettings {
  /** `undefined`: in memory. */
  readonly redis: RedisSettings | undefined;
  readonly memory: MemorySlidingWindowOptions;
}

/** Resolves where windows are kept; each mistake becomes a finding. */
export function readWindowMedium(read: OptionReader<WindowMediumOptions>): WindowMediumSettings {
  if (read.has('redis') && read.has('memory'))
    read.refuse('memory', 'give either `redis` or `memory`, not both');
  if (!read.has('redis') && !read.has('memory'))
    read.refuse('redis', 'is required: `redis: process.env.REDIS_URL`, or `memory: true` for one process');
  return Object.freeze({
    redis: resolveRedisSettings(read.raw('redis'), read.findings, read.pathOf('redis')),
    memory: resolveMemory(read),
  });
}

function resolveMemory(read: OptionReader<WindowMediumOptions>): MemorySlidingWindowOptions {
  if (read.raw('memory') === true) return {};
  return read.group<MemorySlidingWindowOptions, MemorySlidingWindowOptions>(
    'memory',
    (memory) => Object.freeze({ maxWindows: memory.count('maxWindows', 100_000) }),
    { expected: 'true or an object' },
  );
}

/** The stores of all limits on a medium of their own. */
export class OpenedWindows {
  private readonly medium: Medium;
  private readonly sweeper = new Sweeper();
  private opened: Promise<WindowStores> | undefined;

  constructor(
    settings: WindowMediumSettings,
    private readonly policy: WindowStoresSettings,
    private readonly clock: Clock,
  ) {
    this.medium = mediumOf(settings, clock);
  }

  /** The stores; a connection of our own is made when they are asked for first. */
  stores(): Promise<WindowStores> {
    return (this.opened ??= this.open());
  }

  /** The app is there and will call {@link close}: until then a connection of our own rests while it isn't used. */
  settle(): Promise<void> {
    return this.medium.settle();
  }

  /** Closes our own connection, and sweeps no more; a client that the host gave us stays open. */
  async close(): Promise<void> {
    await this.medium.close();
    // What is still being opened would be swept for ever.
    await this.opened?.catch(() => {});
    this.sweeper.stop();
  }

  private async open(): Promise<WindowStores> {
    const stores = new WindowStores(await this.medium.windows(), this.clock, this.policy);
    this.sweeper.register(stores);
    return stores;
  }
}

interface Medium {
  windows(): SlidingWindowStore | Promise<SlidingWindowStore>;
  settle(): Promise<void>;
  close(): Promise<void>;
}

function mediumOf({ redis, memory }: WindowMediumSettings, clock: Clock): Medium {
  if (redis === undefined || isReview()) return given(new MemorySlidingWindowStore(clock, memory));
  const { source } = redis;
  if (isRedisAddress(source)) return new OwnConnection(source, redis);
  const client = guarded(source.reveal(), redis);
  return given(new RedisSlidingWindowStore(client), () => client.close());
}

/** @param leave what ends with the app: the connection is the host's, and stays open */
function given(windows: SlidingWindowStore, leave = (): void => {}): Medium {
  return { windows: () => windows, settle: async () => {}, close: async () => leave() };
}

/** Windows over a connection of our own. */
class OwnConnection implements Medium {
  private opened: Promise<GuardedRedis> | undefined;
  private provisional: ProvisionalRedis | undefined;
  private isSettled = false;
  private isClosed = false;

  constructor(
    private readonly address: RedisAddress,
    private readonly settings: RedisSettings,
  ) {}

  async windows(): Promise<SlidingWindowStore> {
    return new RedisSlidingWindowStore(await (this.opened ??= this.open()));
  }

  async settle(): Promise<void> {
    this.isSettled = true;
    await this.provisional?.settle();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.provisional?.end();
    const redis = await this.opened;
    // What is closed isn't woken again.
    redis?.close();
    redis?.rawConnection().disconnect();
  }

  private async open(): Promise<GuardedRedis> {
    if (this.isClosed) throw storeUnavailable('the connection of the rate limits is closed');
    const redis = guarded(await openRedis(this.address), this.settings);
    if (!this.isSettled) this.provisional = new ProvisionalRedis(redis);
    return redis;
  }
}

function guarded(connection: RedisConnection, { keyPrefix, deadlineMs }: RedisSettings): GuardedRedis {
  return new GuardedRedis(connection, { keySpace: new KeySpace(keyPrefix), deadlineMs });
}
