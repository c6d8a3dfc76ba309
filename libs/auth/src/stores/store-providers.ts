import type { Provider } from '@nestjs/common';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import { createKeySource } from '../keys/create-key-source.js';
import { KeySource } from '../keys/key-source.js';
import { KeyEncryption } from '../keys/sources/key-encryption.js';
import { RedisKeyStore } from '../keys/sources/redis-key-store.js';
import { AuthSettings } from '../options/auth-settings.js';
import { RoleGraphSignal } from '../rbac/role-source.js';
import { RedisSignal } from '../redis/redis-signal.js';
import { MemoryRefreshSessionStore } from '../refresh-sessions/memory-refresh-session.store.js';
import { RedisRefreshSessionStore } from '../refresh-sessions/redis-refresh-session.store.js';
import { RefreshSessionStore, type StoredFacts } from '../refresh-sessions/refresh-session.store.js';
import { SharedWindowStore } from '../throttler/request-windows.store.js';
import { MemorySlidingWindowStore } from '../throttler/sliding-window/memory-sliding-window.store.js';
import { RedisSlidingWindowStore } from '../throttler/sliding-window/redis-sliding-window.store.js';
import { MemorySessionState } from '../token-blacklist/memory-session-state.js';
import { MemoryTokenBlacklistStore } from '../token-blacklist/memory-token-blacklist.store.js';
import { RedisTokenBlacklistStore } from '../token-blacklist/redis-token-blacklist.store.js';
import { ReplicatedTokenBlacklistStore } from '../token-blacklist/replica/replicated-token-blacklist.store.js';
import { TokenBlacklistStore } from '../token-blacklist/token-blacklist.store.js';
import { StoreMedium } from './store-medium.js';

/** Every port with the implementation of the medium at hand: the one place that knows both. */
export const storeProviders: Provider[] = [
  {
    provide: StoreMedium,
    inject: [AuthSettings],
    useFactory: ({ redis }: AuthSettings) => StoreMedium.open(redis),
  },
  { provide: KeySource, inject: [AuthSettings, StoreMedium, Clock], useFactory: keySource },
  {
    // Sessions and revocations in memory decide on one state, as they do on one set of keys in Redis.
    provide: MemorySessionState,
    inject: [AuthSettings, StoreMedium, Clock, AuthEvents],
    useFactory: memorySessionState,
  },
  {
    provide: TokenBlacklistStore,
    inject: [AuthSettings, StoreMedium, MemorySessionState, Clock],
    useFactory: tokenBlacklistStore,
  },
  { provide: RoleGraphSignal, inject: [AuthSettings, StoreMedium], useFactory: roleGraphSignal },
  { provide: SharedWindowStore, inject: [StoreMedium, Clock], useFactory: windowStore },
  {
    provide: RefreshSessionStore,
    inject: [AuthSettings, StoreMedium, MemorySessionState],
    useFactory: (
      { revocation }: AuthSettings,
      { redis }: StoreMedium,
      memory: MemorySessionState<StoredFacts>,
    ) =>
      redis === undefined
        ? new MemoryRefreshSessionStore(memory)
        : new RedisRefreshSessionStore(redis, revocation),
  },
];

function tokenBlacklistStore(
  { revocation }: AuthSettings,
  { redis, sweeper }: StoreMedium,
  memory: MemorySessionState,
  clock: Clock,
): TokenBlacklistStore {
  if (redis === undefined) return new MemoryTokenBlacklistStore(memory);
  if (revocation.maxStalenessMs === 0) return new RedisTokenBlacklistStore(redis, revocation);
  return ReplicatedTokenBlacklistStore.over(redis, revocation, clock, sweeper);
}

function memorySessionState(
  { revocation, sessions }: AuthSettings,
  { redis, sweeper }: StoreMedium,
  clock: Clock,
  events: AuthEvents,
): MemorySessionState<StoredFacts> {
  const state = new MemorySessionState<StoredFacts>(clock, revocation, {
    maxSessions: sessions.maxSessionsInMemory,
    onEvict: (sessionId, subject) => events.emit('session.evicted', { sessionId, subject }),
  });
  if (redis === undefined) sweeper.register(state);
  return state;
}

/** The source of keys the settings describe; keys shared by all instances are kept in Redis, sealed. */
function keySource({ keys }: AuthSettings, { redis }: StoreMedium, clock: Clock): KeySource {
  return createKeySource(keys, clock, (keyEncryptionKeys) => {
    // The options refuse shared keys without Redis.
    if (redis === undefined) throw new Error('keys.shared needs redis');
    return new RedisKeyStore(redis, new KeyEncryption(keyEncryptionKeys));
  });
}

function windowStore({ redis, sweeper }: StoreMedium, clock: Clock): SharedWindowStore {
  if (redis !== undefined) return new RedisSlidingWindowStore(redis);
  const store = new MemorySlidingWindowStore(clock);
  sweeper.register(store);
  return store;
}

/** A graph that can change is reloaded on all instances; a static one needs no connection for that. */
function roleGraphSignal({ access }: AuthSettings, { redis }: StoreMedium): RoleGraphSignal | undefined {
  return redis === undefined || access.source === undefined
    ? undefined
    : new RedisSignal(redis, 'role-graph');
}
