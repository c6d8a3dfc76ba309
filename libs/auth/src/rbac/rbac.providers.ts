import type { Provider } from '@nestjs/common';
import { AuthEvents } from '../kernel/auth-events.js';
import { GatewayRefusals } from '../problem-details/gateway-refusals.js';
import { AccessControl } from './access-control.service.js';
import { RouteAudit } from './audit/route-audit.service.js';
import { LiveRoleGraph } from './live-role-graph.js';
import { OwnershipResolvers } from './ownership-resolvers.js';
import { RbacGuard } from './rbac.guard.js';
import { RbacSettings } from './rbac.settings.js';
import { RoleGraphSignal } from './role-source.js';

/**
 * Everything access control consists of. The module that takes them in provides `RbacSettings` and `AuthEvents`, and
 * `RoleGraphSignal` where instances are to hear of each other's reloads.
 */
export const rbacProviders: readonly Provider[] = [
  {
    provide: LiveRoleGraph,
    inject: [RbacSettings, AuthEvents, { token: RoleGraphSignal, optional: true }],
    useFactory: (settings: RbacSettings, events: AuthEvents, signal?: RoleGraphSignal) =>
      LiveRoleGraph.start(settings, events, signal),
  },
  OwnershipResolvers,
  AccessControl,
  RbacGuard,
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
  // The guard is made anew in the module of whoever puts it into `@UseGuards()`, so what it needs is exported as well.
  OwnershipResolvers,
] as const;
