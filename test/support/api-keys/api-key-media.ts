import type { Cluster, Redis } from 'ioredis';
import type { ApiKeyStore } from '../../../libs/auth/src/api-keys/api-key.store.js';
import { HostApiKeyStore } from '../../../libs/auth/src/api-keys/host-api-key.store.js';
import { MemoryApiKeyStore } from '../../../libs/auth/src/api-keys/memory-api-key.store.js';
import { RedisApiKeyStore } from '../../../libs/auth/src/api-keys/redis-api-key.store.js';
import { GuardedRedis } from '../../../libs/auth/src/redis/guarded-redis.js';
import { ManualClock } from '../../../libs/auth/src/testing/manual-clock.js';
import { startCluster, startStandalone } from '../redis/index.js';
import { passTime } from '../sessions/passing-time.js';
import { freshKeySpace } from '../sessions/session-media.js';

/** A store under a clock of the test's own. */
export interface ApiKeyHarness {
  readonly store: ApiKeyStore;
  advance(ms: number): Promise<void> | void;
}

/** A running medium; each harness of it starts empty. */
export interface ApiKeyMedium {
  harness(): ApiKeyHarness;
  stop(): Promise<void>;
}

function inMemory(): ApiKeyHarness {
  const clock = new ManualClock();
  return { store: new MemoryApiKeyStore(clock, { maxKeys: 10_000 }), advance: (ms) => clock.advance(ms) };
}

function ofTheHost(): ApiKeyHarness {
  const { store, advance } = inMemory();
  return { store: new HostApiKeyStore(store), advance };
}

async function onRedis(
  start: () => Promise<{ connect(): Promise<Redis | Cluster>; stop(): Promise<void> }>,
): Promise<ApiKeyMedium> {
  const fixture = await start();
  const connection = await fixture.connect();
  const harness = (): ApiKeyHarness => {
    const clock = new ManualClock();
    const keySpace = freshKeySpace();
    const redis = new GuardedRedis(connection, { keySpace, deadlineMs: 10_000, scriptClock: clock });
    return {
      store: new RedisApiKeyStore(redis),
      async advance(ms) {
        clock.advance(ms);
        await passTime(connection, keySpace, ms);
      },
    };
  };
  return { harness, stop: () => fixture.stop() };
}

/** Memory, a store of the host, one Redis server, three Cluster masters. */
export const apiKeyMedia: readonly { readonly name: string; start(): Promise<ApiKeyMedium> }[] = [
  { name: 'memory', start: async () => ({ harness: inMemory, stop: async () => {} }) },
  { name: 'of the host', start: async () => ({ harness: ofTheHost, stop: async () => {} }) },
  { name: 'stand-alone Redis', start: () => onRedis(startStandalone) },
  { name: 'a Cluster of three masters', start: () => onRedis(() => startCluster({ masters: 3 })) },
];
