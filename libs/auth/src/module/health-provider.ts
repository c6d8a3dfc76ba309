import type { Provider } from '@nestjs/common';
import { GatehouseHealth } from '../health/gatehouse-health.service.js';
import { StoreHealth } from '../health/store-health.js';
import { KeyRing } from '../keys/key-ring.js';
import { AuthSettings } from '../options/auth-settings.js';
import { LiveRoleGraph } from '../rbac/live-role-graph.js';
import { StoreMedium } from '../stores/store-medium.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';

/** What tells how all capabilities are doing. */
export const healthProvider: Provider = {
  provide: GatehouseHealth,
  inject: [AuthSettings, StoreMedium, KeyRing, LiveRoleGraph, TokenBlacklistService],
  useFactory: (
    { throttler, tokenBlacklist }: AuthSettings,
    { redis }: StoreMedium,
    keys: KeyRing,
    roles: LiveRoleGraph,
    blacklist: TokenBlacklistService,
  ) => {
    const copyAgeMs = (): number => blacklist.replicaStatistics()?.ageMs ?? Infinity;
    const store = new StoreHealth(redis, () => copyAgeMs() <= tokenBlacklist.maxStalenessMs);
    return new GatehouseHealth(store, keys, roles, throttler.onStoreFailure);
  },
};
