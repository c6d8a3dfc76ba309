import type { Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AuthEvents } from '../kernel/auth-events.js';
import { GatewayRefusals } from '../problem-details/gateway-refusals.js';
import { AccessControl } from './access-control.service.js';
import { GuardSight } from './audit/guard-sight.js';
import { RouteAudit } from './audit/route-audit.service.js';
import { AccessFeatures } from './features/access-features.js';
import { LiveRoleGraph } from './live-role-graph.js';
import { OwnershipResolvers } from './ownership-resolvers.js';
import { RbacGuard } from './rbac.guard.js';
import { RbacSettings } from './rbac.settings.js';
import { RoleGraphSignal } from './role-source.js';

/**
 * The providers of access control. The module that uses them provides `RbacSettings` and `AuthEvents`, and
 * `RoleGraphSignal` where a reload shall reach all instances.
 */
export const rbacProviders: readonly Provider[] = [
  {
    // After the settings: mistakes in options are told first.
    provide: AccessFeatures,
    inject: [ModulesContainer, RbacSettings],
    useFactory: (modules: ModulesContainer) => AccessFeatures.among(modules),
  },
  {
    provide: LiveRoleGraph,
    inject: [RbacSettings, AccessFeatures, AuthEvents, { token: RoleGraphSignal, optional: true }],
    useFactory: (
      settings: RbacSettings,
      features: AccessFeatures,
      events: AuthEvents,
      signal?: RoleGraphSignal,
    ) => LiveRoleGraph.start(features.extend(settings), events, signal),
  },
  OwnershipResolvers,
  AccessControl,
  RbacGuard,
  GuardSight,
  RouteAudit,
  GatewayRefusals,
];

/** What hosts may inject. */
export const rbacExports = [
  AccessControl,
  LiveRoleGraph,
  RbacGuard,
  RouteAudit,
  RbacSettings,
  // A module that names the guard in `@UseGuards()` makes its own instance of it, so its dependencies are exported as well.
  OwnershipResolvers,
] as const;
