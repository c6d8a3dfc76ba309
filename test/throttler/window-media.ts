import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { randomId } from '../../libs/auth/src/kernel/opaque.js';
import type { RedisConnection } from '../../libs/auth/src/redis/redis-connection.js';
import { ManualClock } from '../../libs/auth/src/testing/manual-clock.js';
import { DenyCacheStore } from '../../libs/auth/src/throttler/sliding-window/deny-cache.store.js';
import { MemorySlidingWindowStore } from '../../libs/auth/src/throttler/sliding-window/memory-sliding-window.store.js';
import { RedisSlidingWindowStore } from '../../libs/auth/src/throttler/sliding-window/redis-sliding-window.store.js';
import type { SlidingWindowStore } from '../../libs/auth/src/throttler/sliding-window/sliding-window.store.js';
import { startCluster } from '../support/redis/cluster.js';
import { startStandalone } from '../support/redis/standalone.js';

/** A running store and the clock it tells the time by. */
export interface WindowMedium {
  readonly clock: ManualClock;
  readonly store: SlidingWindowStore;
  stop(): Promise<void>;
}

/** The media sliding windows live on. */
export const windowMedia: readonly { name: string; start(): Promise<WindowMedium> }[] = [
  { name: 'memory', start: async () => onMemory((clock) => new MemorySlidingWindowStore(clock)) },
  {
    name: 'memory behind the deny cache',
    start: async () => onMemory((clock) => new DenyCacheStore(new MemorySlidingWindowStore(clock), clock)),
  },
  { name: 'stand-alone Redis', start: () => onRedis(startStandalone()) },
  { name: 'a Redis Cluster', start: () => onRedis(startCluster()) },
];

function onMemory(make: (clock: ManualClock) => SlidingWindowStore): WindowMedium {
  const clock = new ManualClock();
  return { clock, store: make(clock), stop: async () => {} };
}

interface RunningRedis {
  connect(): Promise<RedisConnection>;
  stop(): Promise<void>;
}

async function onRedis(starting: Promise<RunningRedis>): Promise<WindowMedium> {
  const redis = await starting;
  const clock = new ManualClock();
  const guarded = new GuardedRedis(await redis.connect(), {
    keySpace: new KeySpace(`test-${randomId(6)}`),
    deadlineMs: 5000,
    scriptClock: clock,
  });
  return { clock, store: new RedisSlidingWindowStore(guarded), stop: () => redis.stop() };
}
