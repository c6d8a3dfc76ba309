import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { randomId } from '../../libs/auth/src/kernel/opaque.js';
import type { RedisConnection } from '../../libs/auth/src/redis/redis-connection.js';
import { ManualClock } from '../../libs/auth/src/testing/manual-clock.js';
import { OutageWindows } from '../../libs/auth/src/throttler/outage/outage-windows.js';
import { KnownWindows } from '../../libs/auth/src/throttler/outage/known-windows.js';
import { SharedWindowStore } from '../../libs/auth/src/throttler/outage/shared-window.store.js';
import { MemorySlidingWindowStore } from '../../libs/auth/src/throttler/sliding-window/memory-sliding-window.store.js';
import { RedisSlidingWindowStore } from '../../libs/auth/src/throttler/sliding-window/redis-sliding-window.store.js';
import type { SlidingWindowStore } from '../../libs/auth/src/throttler/sliding-window/sliding-window.store.js';
import { startCluster } from '../support/redis/cluster.js';
import { startStandalone } from '../support/redis/standalone.js';

/** A running store and its clock. */
export interface WindowMedium {
  readonly clock: ManualClock;
  readonly store: SlidingWindowStore;
  /** The same for credentials: hits aren't answered by remembered refusals. */
  readonly credentials: SlidingWindowStore;
  stop(): Promise<void>;
}

/** The media sliding windows live on. */
export const windowMedia: readonly { name: string; start(): Promise<WindowMedium> }[] = [
  { name: 'memory', start: async () => onMemory() },
  {
    name: 'memory behind the deny cache',
    start: async () => behindDenials(),
  },
  { name: 'stand-alone Redis', start: () => onRedis(startStandalone()) },
  { name: 'a Redis Cluster', start: () => onRedis(startCluster()) },
];

function onMemory(): WindowMedium {
  const clock = new ManualClock();
  const store = new MemorySlidingWindowStore(clock);
  return { clock, store, credentials: store, stop: async () => {} };
}

/** Windows of which refusals are remembered. */
export function behindDenials(): WindowMedium {
  const { clock, store: shared, stop } = onMemory();
  const known = new KnownWindows(clock);
  const inProcess = new OutageWindows(new MemorySlidingWindowStore(clock), known);
  const options = { policy: 'memory', known, inProcess } as const;
  return {
    clock,
    store: new SharedWindowStore(shared, { ...options, serves: 'requests' }),
    credentials: new SharedWindowStore(shared, { ...options, serves: 'credentials' }),
    stop,
  };
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
  const store = new RedisSlidingWindowStore(guarded);
  return { clock, store, credentials: store, stop: () => redis.stop() };
}
