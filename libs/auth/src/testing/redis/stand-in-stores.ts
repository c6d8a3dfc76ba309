import { ApiKeyStore } from '../../api-keys/api-key.store.js';
import { AuthorizationCodeStore } from '../../authorization-codes/authorization-code.store.js';
import { DeviceAuthorizationStore } from '../../device-authorizations/device-authorization.store.js';
import { GuardedFiles } from '../../files/guarded-files.js';
import { GatehouseHealth } from '../../health/gatehouse-health.service.js';
import { StoreHealth } from '../../health/store-health.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { Clock } from '../../kernel/clock.js';
import { createKeySource } from '../../keys/create-key-source.js';
import { KeyRing } from '../../keys/key-ring.js';
import { KeySource } from '../../keys/key-source.js';
import { KeySeal } from '../../keys/managed/key-seal.js';
import { KeyStore } from '../../keys/managed/key.store.js';
import { SealedKeys } from '../../keys/managed/sealed-keys.js';
import { OneTimeValueStore } from '../../one-time-values/one-time-value.store.js';
import { AuthSettings } from '../../options/auth-settings.js';
import { LiveRoleGraph } from '../../rbac/live-role-graph.js';
import { LastingSecret } from '../../secret/lasting-secret.js';
import { SessionStore } from '../../sessions/session.store.js';
import { StoreMedium } from '../../stores/store-medium.js';
import { MemorySessionState } from '../../subjects/memory-session-state.js';
import { MemorySlidingWindowStore } from '../../throttler/sliding-window/memory-sliding-window.store.js';
import { SlidingWindowStore } from '../../throttler/sliding-window/sliding-window.store.js';
import { ThrottlerSettings } from '../../throttler/throttler.settings.js';
import { WindowStores } from '../../throttler/window-stores.js';
import { TokenBlacklistService } from '../../token-blacklist/token-blacklist.service.js';
import { TokenBlacklistStore } from '../../token-blacklist/token-blacklist.store.js';
import type { ManualClock } from '../manual-clock.js';
import { MemoryKeyStore } from './memory-key.store.js';
import { type Made, moduleFactory, type Token } from './module-factory.js';
import { withCopy } from './stand-in-copy.js';
import { type Held, type InFault, StandInRedis } from './stand-in-redis.js';

/** What takes the place of a provider of the module. */
export interface StandIn {
  readonly provide: Token<unknown>;
  readonly inject: readonly (Token<unknown> | { readonly token: Token<unknown>; readonly optional: true })[];
  useFactory(...parts: unknown[]): unknown;
}

/** What Redis is given for a call where the options don't say. */
const DEADLINE_MS = 200;

const standIns = new WeakMap<StoreMedium, StandInRedis>();

/** The Redis that stands in for that of an app, by its medium; `undefined`: the app wasn't made with the kit. */
export function standInOf(medium: StoreMedium): StandInRedis | undefined {
  return standIns.get(medium);
}

function redisOf(medium: StoreMedium): StandInRedis {
  const redis = standIns.get(medium);
  if (redis === undefined) throw new TypeError('this medium is none of the test kit');
  return redis;
}

function standIn<T, const Inject extends readonly Token<unknown>[]>(
  provide: Token<T>,
  inject: Inject,
  useFactory: (...parts: Made<Inject>) => unknown,
): StandIn {
  return { provide, inject, useFactory: useFactory as StandIn['useFactory'] };
}

/** As the module makes it, of the same parts: there is a medium without Redis among them. */
function remade<T, const Inject extends readonly Token<unknown>[]>(
  token: Token<T>,
  inject: Inject,
  useFactory: (make: (...parts: Made<Inject>) => T, ...parts: Made<Inject>) => unknown,
): StandIn {
  const make = moduleFactory(token, inject);
  return standIn(token, inject, (...parts) => useFactory(make, ...parts));
}

/** A store that needs nothing else than medium and clock. */
function plainStore<T extends object>(token: Token<T>): StandIn {
  return remade(token, [StoreMedium, Clock], (make, medium, clock) => {
    const redis = redisOf(medium);
    return redis.store(
      token,
      redis.ofEachGeneration(() => make(medium, clock)),
    );
  });
}

const ofBlacklist: InFault<TokenBlacklistStore> = {
  foresee: (store, fault) => (token) => (fault === 'read-only' ? store.foresee(token) : undefined),
  keepEnded: (store) => (ids) => store.keepEnded(ids),
  // The use is written with a later one; whether the token is revoked can be read.
  confirmUse: (store, fault) =>
    fault === 'read-only'
      ? async (token) => ((await store.isRevoked(token)) ? 'revoked' : 'unconfirmed')
      : undefined,
};

/** Everything that is kept in Redis, and what opens it. */
export const standInStores: readonly StandIn[] = [
  standIn(StoreMedium, [AuthSettings, Clock], async ({ redis }, clock) => {
    const medium = await StoreMedium.open(undefined, { copies: false, managedKeys: false, apiKeys: false });
    standIns.set(medium, new StandInRedis(clock as ManualClock, redis?.deadlineMs ?? DEADLINE_MS));
    return medium;
  }),
  // The two that follow decide on the same state, so each generation has one for both. Nobody else is given it.
  remade(
    MemorySessionState,
    [AuthSettings, StoreMedium, Clock, AuthEvents],
    (make, settings, medium, ...others) =>
      redisOf(medium).ofEachGeneration(() => make(settings, medium, ...others)),
  ),
  remade(
    TokenBlacklistStore,
    [AuthSettings, StoreMedium, MemorySessionState, Clock],
    (make, settings, medium, state, clock) => {
      const redis = redisOf(medium);
      const held = redis.ofEachGeneration(() => make(settings, medium, current(state), clock));
      return withCopy(redis, redis.store(TokenBlacklistStore, held, ofBlacklist), settings.tokenBlacklist);
    },
  ),
  remade(SessionStore, [AuthSettings, StoreMedium, MemorySessionState], (make, settings, medium, state) => {
    const redis = redisOf(medium);
    const held = redis.ofEachGeneration(() => make(settings, medium, current(state)));
    return redis.store(SessionStore, held);
  }),
  remade(
    ApiKeyStore,
    [AuthSettings, StoreMedium, Clock, TokenBlacklistStore],
    (make, settings, medium, ...others) => {
      // That of the host is in no Redis of ours.
      if (settings.apiKeys.store !== undefined) return make(settings, medium, ...others);
      const redis = redisOf(medium);
      return redis.store(
        ApiKeyStore,
        redis.ofEachGeneration(() => make(settings, medium, ...others)),
      );
    },
  ),
  plainStore(OneTimeValueStore),
  plainStore(DeviceAuthorizationStore),
  plainStore(AuthorizationCodeStore),
  {
    provide: WindowStores,
    // `GatehouseThrottlerModule` alone has no medium, and opens what it asks only then.
    inject: [ThrottlerSettings, Clock, { token: StoreMedium, optional: true }],
    useFactory: windowStores,
  },
  standIn(
    KeySource,
    [AuthSettings, StoreMedium, LastingSecret, GuardedFiles, Clock],
    ({ keys }, medium, secret, files, clock) => {
      const redis = redisOf(medium);
      const keptKeys = (): SealedKeys => {
        const store = redis.store<KeyStore>(
          KeyStore,
          { current: new MemoryKeyStore() },
          {
            follow: () => () => () => {},
          },
        );
        return new SealedKeys(store, new KeySeal(secret.keysFor('managed-keys')));
      };
      return createKeySource(keys, { keptKeys, files, clock });
    },
  ),
  standIn(
    GatehouseHealth,
    [AuthSettings, StoreMedium, KeyRing, LiveRoleGraph, TokenBlacklistService],
    (settings, medium, keys, roles, blacklist) => {
      const { tokenBlacklist, throttler, redis: options } = settings;
      const copyAgeMs = (): number => blacklist.replicaStatistics()?.ageMs ?? Infinity;
      const store = new StoreHealth(
        options === undefined ? undefined : redisOf(medium),
        () => copyAgeMs() <= tokenBlacklist.maxStalenessMs,
      );
      return new GatehouseHealth(store, keys, roles, throttler.onStoreFailure);
    },
  ),
];

function current(state: MemorySessionState): MemorySessionState {
  return (state as unknown as Held<MemorySessionState>).current;
}

function windowStores(throttler: ThrottlerSettings, clock: Clock, medium?: StoreMedium): WindowStores {
  if (medium === undefined) return new WindowStores(new MemorySlidingWindowStore(clock), clock, throttler);
  const redis = redisOf(medium);
  const held = redis.ofEachGeneration(() => new MemorySlidingWindowStore(clock));
  const windows = redis.store<SlidingWindowStore>(SlidingWindowStore, held);
  // Asked piece by piece, so that each question finds the Redis as it is.
  Object.defineProperty(windows, 'hitInSequence', { value: () => undefined });
  const stores = new WindowStores(windows, clock, throttler);
  medium.sweeper.register(stores);
  return stores;
}
