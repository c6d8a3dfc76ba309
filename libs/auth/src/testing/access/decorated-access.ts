import { ExemptPaths } from '../../authentication/exempt-paths.js';
import { type RoutePolicy, routePolicy } from '../../context/route-policy.js';
import type { Handler } from '../../rbac/audit/handlers.js';
import { isDeniedByDefault } from '../../rbac/audit/route-table.js';
import type { RoleGraph } from '../../rbac/graph/role-graph.js';
import type { DefaultPolicy } from '../../rbac/rbac.settings.js';
import { CompiledRoute } from '../../rbac/requirements/compiled-route.js';
import { type RouteRequirement, routeRequirement } from '../../rbac/requirements/route-requirement.js';
import { type Actor, OTHER_SCOPE } from './actors.js';

/** What the decorators of an app are read against. */
export interface Standard {
  readonly graph: RoleGraph;
  readonly defaultPolicy: DefaultPolicy;
  readonly exempt: ExemptPaths;
}

type Verdict = 'admitted' | 'refused';

/** What the decorators of one handler say, whatever guards there are. */
export class DecoratedAccess {
  readonly policy: RoutePolicy;
  private readonly requirement: RouteRequirement;
  private readonly route: CompiledRoute;

  constructor(
    private readonly handler: Handler,
    private readonly standard: Standard,
  ) {
    this.policy = routePolicy(handler.type, handler.method);
    this.requirement = routeRequirement(handler.type, handler.method);
    this.route = new CompiledRoute(standard.graph, this.requirement);
  }

  /** Everybody who may be treated differently from others here. */
  actors(): readonly Actor[] {
    const plain = { how: '', owns: false, isFresh: true, scope: undefined } as const;
    const { roles } = this.standard.graph;
    const anybody = [[], ...roles.map((role) => [role])].flatMap((some) =>
      this.with({ ...plain, roles: some }),
    );
    const admits = (actors: readonly Actor[]): boolean =>
      actors.some((actor) => this.expected(actor, '') === 'admitted');
    // What asks for several roles at once lets in nobody with one of them.
    const withAll = admits(anybody) ? [] : this.with({ ...plain, roles });
    return [{ ...plain, roles: undefined }, ...anybody, ...(admits(withAll) ? withAll : [])];
  }

  private with(actor: Actor): readonly Actor[] {
    const given: Actor = { ...actor, scope: this.fullScope };
    const isOwners = this.decide(given) === 'if-owned';
    const able: Actor = isOwners ? { ...given, how: 'on its own', owns: true } : given;
    const found = isOwners ? [able, { ...given, how: "on another's" } as const] : [able];
    if (this.expected(able, '') === 'refused') return found;
    const isNarrowed = this.requirement.clauses.some(({ kind }) => kind !== 'roles');
    if (isNarrowed) found.push({ ...able, how: 'with another scope', scope: OTHER_SCOPE });
    if (this.policy.freshAuth !== undefined)
      found.push({ ...able, how: 'with an old login', isFresh: false });
    return found;
  }

  /** What has to become of a call. @param url where it goes; empty for anything but HTTP */
  expected(actor: Actor, url: string): Verdict {
    const { authentication, clauses } = this.requirement;
    const { policy } = this;
    const asksForNothing = clauses.length === 0;
    if (policy.authentication === 'public' && asksForNothing) return 'admitted';
    // No transport that we don't know shows who is calling.
    if (this.handler.transport === 'call') return 'refused';
    if (actor.roles === undefined) {
      const isExempt = url !== '' && policy.isExemptible && this.standard.exempt.includes(url);
      return isExempt || (policy.authentication === 'optional' && asksForNothing) ? 'admitted' : 'refused';
    }
    // Who knocks holds no key.
    if (policy.requiresDPoP || (policy.freshAuth !== undefined && !actor.isFresh)) return 'refused';
    if (asksForNothing && authentication !== undefined) return 'admitted';
    if (isDeniedByDefault(this.requirement, this.standard.defaultPolicy)) return 'refused';
    const verdict = this.decide(actor);
    return verdict === 'granted' || (verdict === 'if-owned' && actor.owns) ? 'admitted' : 'refused';
  }

  /** Every scope that there is, where the route asks for any; else none, which narrows nothing. */
  private get fullScope(): readonly string[] | undefined {
    const asked = this.requirement.clauses.filter(({ kind }) => kind === 'scopes');
    if (asked.length === 0) return undefined;
    const known = Object.keys(this.standard.graph.toJSON().scopes ?? {});
    return [...new Set([...known, ...asked.flatMap(({ names }) => names)])];
  }

  private decide({ roles = [], scope }: Actor): 'granted' | 'if-owned' | 'denied' {
    const verdict = this.route.decide({ roles, scope });
    return typeof verdict === 'string' ? verdict : 'denied';
  }
}
