import type { Abstract, INestApplicationContext, Type } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { AdmissionGuard } from '../admission/admission.guard.js';
import { AuthenticationSettings } from '../authentication/authentication.settings.js';
import { nestMetadata } from '../context/nest-internals.js';
import { EnforcingGuards, type EnforcedSet } from '../rbac/audit/enforcing-guards.js';
import type { RoleGraph } from '../rbac/graph/role-graph.js';
import { LiveRoleGraph } from '../rbac/live-role-graph.js';
import { RbacSettings } from '../rbac/rbac.settings.js';
import {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
} from '../throttler/requests/gatehouse-throttler.guard.js';
import { limitsOfRoute, type RouteLimit } from '../throttler/requests/route-limits.js';
import { RouteNames } from '../throttler/requests/route-names.js';
import { ThrottlerSettings } from '../throttler/throttler.settings.js';
import type { HttpHandler } from './http-routes.js';

/** Where to ask an application for what it has. */
type AppLike = Pick<INestApplicationContext, 'get'>;

/** What of an application decides how its routes are guarded; what it doesn't have is `undefined`. */
export class AppView {
  readonly modules: ModulesContainer;
  readonly config: ApplicationConfig;
  readonly authentication: AuthenticationSettings | undefined;
  readonly throttler: ThrottlerSettings | undefined;
  readonly rbac: RbacSettings | undefined;
  private readonly guards: EnforcingGuards;
  private readonly names: RouteNames;

  constructor(app: AppLike) {
    this.modules = app.get(ModulesContainer, { strict: false });
    this.config = app.get(ApplicationConfig, { strict: false });
    this.authentication = this.find(AuthenticationSettings);
    this.throttler = this.find(ThrottlerSettings);
    this.rbac = this.find(RbacSettings);
    this.guards = new EnforcingGuards(this.modules, this.config);
    this.names = new RouteNames(this.modules);
  }

  /** The graph in force; scopes may be asked of it. */
  get graph(): RoleGraph | undefined {
    return this.find(LiveRoleGraph)?.current;
  }

  /** A service of the app. Asked for what isn't there, `app.get()` ends the process, unless the host sets `abortOnError`. */
  find<T>(token: Type<T> | Abstract<T> | symbol): T | undefined {
    for (const { providers } of this.modules.values()) {
      const { instance } = providers.get(token) ?? {};
      if (instance !== undefined && instance !== null) return instance as T;
    }
    return undefined;
  }

  /** What our guards before a handler enforce, global ones included. */
  enforcedOn({ type, method }: Pick<HttpHandler, 'type' | 'method'>): EnforcedSet {
    return new Set([...this.guards.ofApplication(), ...this.guards.ofHandler(type, method)]);
  }

  /** The limits that refuse calls of a handler, whoever is counted. */
  limitsOn({ type, method }: Pick<HttpHandler, 'type' | 'method'>): readonly RouteLimit[] {
    const { throttlers = [] } = this.throttler ?? {};
    if (!this.isLimited([type, method])) return [];
    const route = [type, method] as unknown as Parameters<typeof limitsOfRoute>[1];
    return (['ip', 'user'] as const)
      .filter((stage) => !this.isReplaced(LIMITING_OF[stage]))
      .flatMap((stage) => limitsOfRoute({ throttlers, stage, names: this.names }, route, () => {}))
      .filter(({ dryRun }) => !dryRun);
  }

  /** Whether something else stands where a guard of limits was, which the others ask all the same. */
  private isReplaced(type: Type): boolean {
    const guard = this.find(type) as unknown;
    return guard !== undefined && !(guard instanceof type);
  }

  private isLimited(route: readonly object[]): boolean {
    const global: unknown[] = [
      ...this.config.getGlobalGuards(),
      ...this.config.getGlobalRequestGuards().map(({ metatype }) => metatype),
    ];
    const own = route.flatMap(
      (place) => (Reflect.getMetadata(nestMetadata.guards, place) ?? []) as unknown[],
    );
    return [...global, ...own].some((guard) => LIMITING.some((each) => isOneOf(guard, each)));
  }
}

const LIMITING_OF = { ip: GatehouseThrottlerGuard, user: GatehouseUserThrottlerGuard } as const;
const LIMITING: readonly (abstract new (...args: never[]) => object)[] = [
  AdmissionGuard,
  GatehouseThrottlerGuard,
];

function isOneOf(guard: unknown, type: abstract new (...args: never[]) => object): boolean {
  return guard instanceof type || guard === type || (guard as Type | undefined)?.prototype instanceof type;
}
