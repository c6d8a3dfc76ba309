import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { OpenedWindows } from './shared-windows.js';
import type { SlidingWindowStore, WindowHit, WindowRefusal } from './sliding-window/sliding-window.store.js';

/** What `@nestjs/throttler` expects of a storage; it doesn't export the type, and hosts couldn't name it. Times are in seconds. */
type ThrottlerStorageRecord = {
  totalHits: number;
  timeToExpire: number;
  isBlocked: boolean;
  timeToBlockExpire: number;
};

/**
 * An exact sliding window for `ThrottlerModule.forRoot({ throttlers, storage })`, also where `AuthModule` isn't used.
 * Nest's guard passes the window as block duration unless `blockDuration: 0` is set: set it for a pure sliding window.
 */
export class SlidingWindowThrottlerStorage implements ThrottlerStorage, OnModuleInit, OnApplicationShutdown {
  /** @param windows a store, or what opens one at the first use @internal */
  constructor(
    private readonly windows: SlidingWindowStore | (() => SlidingWindowStore | Promise<SlidingWindowStore>),
    private readonly medium?: Pick<OpenedWindows, 'settle' | 'close'>,
  ) {}

  /**
   * Takes one unit.
   * @param ttl length of the window in milliseconds
   * @param blockDuration how long a refusal lasts in milliseconds, at least; 0 until there is room again
   */
  async increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<ThrottlerStorageRecord> {
    const windows = typeof this.windows === 'function' ? await this.windows() : this.windows;
    const hit: WindowHit = {
      name: throttlerName,
      key,
      limit: Math.floor(limit),
      windowMs: Math.max(1, Math.ceil(ttl)),
      blockMs: Math.max(0, Math.ceil(blockDuration)),
      cost: 1,
    };
    const [verdict] = await windows.hit([hit]);
    if (verdict?.outcome === 'admitted') return record(verdict.used, verdict.resetMs, false);
    // A hit that is alone is never uncounted.
    return record((verdict as WindowRefusal).used, (verdict as WindowRefusal).waitMs, true);
  }

  /** Closes the connection that was opened for this storage, if any. */
  async close(): Promise<void> {
    await this.medium?.close();
  }

  async onModuleInit(): Promise<void> {
    await this.medium?.settle();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}

function record(totalHits: number, ms: number, isBlocked: boolean): ThrottlerStorageRecord {
  const seconds = Math.ceil(ms / 1000);
  return { totalHits, timeToExpire: seconds, isBlocked, timeToBlockExpire: isBlocked ? seconds : 0 };
}
