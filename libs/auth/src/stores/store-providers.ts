import { Logger, type Provider } from '@nestjs/common';
import { ApiKeyStore } from '../api-keys/api-key.store.js';
import { HostApiKeyStore } from '../api-keys/host-api-key.store.js';
import { MemoryApiKeyStore } from '../api-keys/memory-api-key.store.js';
import { RedisApiKeyStore } from '../api-keys/redis-api-key.store.js';
import { AuthorizationCodeStore } from '../authorization-codes/authorization-code.store.js';
import { MemoryAuthorizationCodeStore } from '../authorization-codes/memory-authorization-code.store.js';
import { RedisAuthorizationCodeStore } from '../authorization-codes/redis-authorization-code.store.js';
import { DeviceAuthorizationStore } from '../device-authorizations/device-authorization.store.js';
import { MemoryDeviceAuthorizationStore } from '../device-authorizations/memory-device-authorization.store.js';
import { RedisDeviceAuthorizationStore } from '../device-authorizations/redis-device-authorization.store.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import { MemoryOneTimeValueStore } from '../one-time-values/memory-one-time-value.store.js';
import { OneTimeValueStore } from '../one-time-values/one-time-value.store.js';
import { RedisOneTimeValueStore } from '../one-time-values/redis-one-time-value.store.js';
import { AuthSettings } from '../options/auth-settings.js';
import { RoleGraphSignal } from '../rbac/role-source.js';
import type { RedisUses } from '../redis/opening/rights.js';
import { RedisSignal } from '../redis/signals/redis-signal.js';
import { MemorySessionStore } from '../sessions/memory-session.store.js';
import { RedisSessionStore } from '../sessions/redis-session.store.js';
import { SessionStore, type StoredFacts } from '../sessions/session.store.js';
import { MemorySlidingWindowStore } from '../throttler/sliding-window/memory-sliding-window.store.js';
import { RedisSlidingWindowStore } from '../throttler/sliding-window/redis-sliding-window.store.js';
import { WindowStores } from '../throttler/window-stores.js';
import { MemorySessionState } from '../subjects/memory-session-state.js';
import { MemoryForeignTokenBlacklistStore } from '../token-blacklist/foreign/memory-foreign-token-blacklist.store.js';
import { RedisForeignTokenBlacklistStore } from '../token-blacklist/foreign/redis-foreign-token-blacklist.store.js';
import { MemoryTokenBlacklistStore } from '../token-blacklist/memory-token-blacklist.store.js';
import { refuseOlderData } from '../token-blacklist/older-data.js';
import { RedisTokenBlacklistStore } from '../token-blacklist/redis-token-blacklist.store.js';
import { ReplicatedTokenBlacklistStore } from '../token-blacklist/replica/replicated-token-blacklist.store.js';
import { TokenBlacklistStore } from '../token-blacklist/token-blacklist.store.js';
import { EarlierRunWarning } from './earlier-run-warning.js';
import { keyProviders } from './key-providers.js';
import { StoreMedium } from './store-medium.js';

/** Every port with the implementation of the medium at hand: the one place that knows both. */
export const storeProviders: Provider[] = [
  {
    provide: StoreMedium,
    inject: [AuthSettings],
    useFactory: (settings: AuthSettings) => StoreMedium.open(settings.redis, usesOf(settings)),
  },
  ...keyProviders,
  {
    // Sessions and revocations in memory share one state, as they share their keys in Redis.
    provide: MemorySessionState,
    inject: [AuthSettings, StoreMedium, Clock, AuthEvents],
    useFactory: memorySessionState,
  },
  {
    provide: TokenBlacklistStore,
    inject: [AuthSettings, StoreMedium, MemorySessionState, Clock],
    useFactory: tokenBlacklistStore,
  },
  {
    provide: ApiKeyStore,
    inject: [AuthSettings, StoreMedium, Clock, TokenBlacklistStore],
    useFactory: apiKeyStore,
  },
  {
    provide: OneTimeValueStore,
    inject: [StoreMedium, Clock],
    useFactory: oneTimeValueStore,
  },
  {
    provide: DeviceAuthorizationStore,
    inject: [StoreMedium, Clock],
    useFactory: deviceAuthorizationStore,
  },
  {
    provide: AuthorizationCodeStore,
    inject: [StoreMedium, Clock],
    useFactory: authorizationCodeStore,
  },
  { provide: RoleGraphSignal, inject: [AuthSettings, StoreMedium], useFactory: roleGraphSignal },
  { provide: WindowStores, inject: [AuthSettings, StoreMedium, Clock], useFactory: windowStores },
  {
    provide: SessionStore,
    inject: [AuthSettings, StoreMedium, MemorySessionState],
    useFactory: (
      { tokenBlacklist }: AuthSettings,
      { redis }: StoreMedium,
      memory: MemorySessionState<StoredFacts>,
    ) =>
      redis === undefined ? new MemorySessionStore(memory) : new RedisSessionStore(redis, tokenBlacklist),
  },
];

function usesOf({ tokenBlacklist, keys, apiKeys }: AuthSettings): RedisUses {
  return {
    copies: tokenBlacklist.maxStalenessMs > 0,
    managedKeys: keys.origin.kind === 'managed',
    apiKeys: apiKeys.isOn && apiKeys.store === undefined,
  };
}

function tokenBlacklistStore(
  { tokenBlacklist }: AuthSettings,
  { redis, sweeper }: StoreMedium,
  memory: MemorySessionState,
  clock: Clock,
): TokenBlacklistStore {
  const { foreign } = tokenBlacklist;
  if (redis === undefined) {
    if (foreign === undefined) return new MemoryTokenBlacklistStore(memory);
    const store = new MemoryForeignTokenBlacklistStore(clock, tokenBlacklist, foreign);
    sweeper.register(store);
    return store;
  }
  refuseOlderData(redis, tokenBlacklist, () =>
    new Logger('Gatehouse').warn('Redis came back with older data: everything issued so far is refused.'),
  );
  const isCopied = tokenBlacklist.maxStalenessMs > 0;
  if (foreign !== undefined)
    return isCopied
      ? ReplicatedTokenBlacklistStore.overForeign(redis, tokenBlacklist, foreign, [clock, sweeper])
      : new RedisForeignTokenBlacklistStore(redis, tokenBlacklist, foreign);
  return isCopied
    ? ReplicatedTokenBlacklistStore.over(redis, tokenBlacklist, clock, sweeper)
    : new RedisTokenBlacklistStore(redis, tokenBlacklist);
}

function apiKeyStore(
  { apiKeys, tokenBlacklist }: AuthSettings,
  { redis, sweeper }: StoreMedium,
  clock: Clock,
  { journal }: TokenBlacklistStore,
): ApiKeyStore {
  if (apiKeys.store !== undefined) return new HostApiKeyStore(apiKeys.store);
  if (redis !== undefined) return new RedisApiKeyStore(redis, tokenBlacklist.foreign?.issuer, journal);
  const store = new MemoryApiKeyStore(clock, { maxKeys: apiKeys.maxKeysInMemory });
  if (apiKeys.isOn) sweeper.register(store);
  return store;
}

function oneTimeValueStore({ redis, sweeper }: StoreMedium, clock: Clock): OneTimeValueStore {
  if (redis !== undefined) return new RedisOneTimeValueStore(redis);
  const store = new MemoryOneTimeValueStore(clock);
  sweeper.register(store);
  return store;
}

function deviceAuthorizationStore({ redis, sweeper }: StoreMedium, clock: Clock): DeviceAuthorizationStore {
  if (redis !== undefined) return new RedisDeviceAuthorizationStore(redis);
  const store = new MemoryDeviceAuthorizationStore(clock);
  sweeper.register(store);
  return store;
}

function authorizationCodeStore({ redis, sweeper }: StoreMedium, clock: Clock): AuthorizationCodeStore {
  if (redis !== undefined) return new RedisAuthorizationCodeStore(redis);
  const store = new MemoryAuthorizationCodeStore(clock);
  sweeper.register(store);
  return store;
}

function memorySessionState(
  { production, tokenBlacklist, sessions }: AuthSettings,
  { redis, sweeper }: StoreMedium,
  clock: Clock,
  events: AuthEvents,
): MemorySessionState<StoredFacts> {
  const state = new MemorySessionState<StoredFacts>(clock, tokenBlacklist, {
    maxSessions: sessions.maxSessionsInMemory,
    onEvict: (sessionId, subject) => events.emit('session.evicted', { sessionId, subject }),
    ...(!production && { onStranger: new EarlierRunWarning(clock, sessions).note }),
  });
  if (redis === undefined) sweeper.register(state);
  return state;
}

function windowStores(
  { throttler }: AuthSettings,
  { redis, sweeper }: StoreMedium,
  clock: Clock,
): WindowStores {
  const windows =
    redis === undefined ? new MemorySlidingWindowStore(clock) : new RedisSlidingWindowStore(redis);
  const stores = new WindowStores(windows, clock, throttler);
  sweeper.register(stores);
  return stores;
}

/** A graph that can change is reloaded on all instances; a static one needs no connection for that. */
function roleGraphSignal({ rbac }: AuthSettings, { redis }: StoreMedium): RoleGraphSignal | undefined {
  return redis === undefined || rbac.source === undefined ? undefined : new RedisSignal(redis, 'role-graph');
}
