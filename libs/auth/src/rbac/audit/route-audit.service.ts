import { Injectable, Logger, type OnModuleInit, type Type } from '@nestjs/common';
import { ownForm } from '../graph/names.js';
import { LiveRoleGraph } from '../live-role-graph.js';
import { OwnershipResolvers } from '../ownership-resolvers.js';
import { RbacSettings } from '../rbac.settings.js';
import type { OwnershipResolver } from '../requirements/owner.decorator.js';
import { routeRequirement, type RouteRequirement } from '../requirements/route-requirement.js';
import { AccessAuditError, type AuditFinding, lineOf } from './audit-finding.js';
import {
  guardedBy,
  guardFindings,
  isGuardedElsewhere,
  isMountedElsewhere,
  mountedFindings,
} from './guard-findings.js';
import { type Approach, GuardSight } from './guard-sight.js';
import type { Handler } from './handlers.js';
import type { MountedRoute } from './mounted-routes.js';
import { routeFindings } from './route-findings.js';
import { mountedRow, routeRow, RouteTable } from './route-table.js';
import { Vocabulary } from './vocabulary.js';

/** A row of the table, and what it is about. */
type JudgedRow = {
  readonly handler: Handler | undefined;
  readonly row: RouteTable['rows'][number];
};

type Routes = readonly (readonly [Handler, RouteRequirement])[];

const UNKNOWN_NAMES = new Set<AuditFinding['kind']>(['unknown-role', 'unknown-permission']);

/**
 * Looks at every handler at boot: compiles the permissions they ask for, refuses unknown names, and reports what is
 * undecorated, shadowed, contradictory or can't be decided. Also prints who may call what.
 * @example
 * ```ts
 * console.log(app.get(RouteAudit).table().toString());
 * ```
 */
@Injectable()
export class RouteAudit implements OnModuleInit {
  private readonly logger = new Logger('Gatehouse');

  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #sight: GuardSight;

  /** @internal */
  constructor(
    private readonly settings: RbacSettings,
    private readonly live: LiveRoleGraph,
    private readonly owners: OwnershipResolvers,
    sight: GuardSight,
  ) {
    this.#sight = sight;
  }

  /**
   * @throws AccessAuditError on decorators that no guard of ours sees, on unknown names with a static definition, and on
   * any finding with `audit: 'error'`
   */
  onModuleInit(): void {
    const routes = this.routes();
    this.live.prepare(routes.flatMap(([, requirement]) => permissionsAsked(requirement)));
    this.#sight.settle(
      (server) =>
        this.report(
          this.guardFindings((handler) => this.#sight.approachesOf(handler, [server]), this.routes()),
        ),
      (route) => this.report(this.mountedFindings([route])),
    );
    this.report(this.findings(routes));
  }

  private report(found: readonly AuditFinding[]): void {
    const isFatal = ({ kind }: AuditFinding): boolean =>
      this.settings.audit === 'error' ||
      kind === 'unguarded' ||
      (this.settings.source === undefined && UNKNOWN_NAMES.has(kind));
    const fatal = found.filter(isFatal);
    if (fatal.length > 0) throw new AccessAuditError(fatal);
    if (found.length > 0 && this.settings.audit === 'warn')
      this.logger.warn(`${found.length} finding(s) of the route audit:${found.map(lineOf).join('')}`);
  }

  /** Everything that is wrong or surprising about the routes, against the graph in force. @internal */
  findings(routes = this.routes()): readonly AuditFinding[] {
    const graph = this.live.current;
    const judgement = {
      graph,
      vocabulary: new Vocabulary(graph.toJSON()),
      policy: this.settings.defaultPolicy,
      provides: (owner: Type<OwnershipResolver>) => this.owners.has(owner),
    };
    return [
      ...distinct(routes.flatMap(([handler, requirement]) => routeFindings(handler, requirement, judgement))),
      ...this.guardFindings((handler) => this.#sight.approachesOf(handler), routes),
      ...this.mountedFindings(this.#sight.mountedRoutes),
    ];
  }

  private guardFindings(
    approachesOf: (handler: Handler) => readonly Approach[],
    routes: Routes,
  ): readonly AuditFinding[] {
    const { guardedElsewhere } = this.settings;
    return routes
      .filter(([handler]) => !isGuardedElsewhere(handler, guardedElsewhere))
      .flatMap(([handler, requirement]) =>
        guardFindings(handler, requirement, approachesOf(handler), this.#sight.isGlobal),
      );
  }

  private mountedFindings(routes: readonly MountedRoute[]): readonly AuditFinding[] {
    return mountedFindings(routes, this.settings.guardedElsewhere, this.#sight.isGlobal);
  }

  private guardOf(handler: Handler): string {
    return isGuardedElsewhere(handler, this.settings.guardedElsewhere)
      ? 'the host'
      : guardedBy(this.#sight.approachesOf(handler));
  }

  /** Who may call what, by the graph in force. */
  table(): RouteTable {
    const graph = this.live.current;
    return new RouteTable(
      graph.roles,
      this.rows(graph).map(({ row }) => row),
    );
  }

  /** The rows of the table, each with the handler that it is about; what is mounted beside Nest has none. @internal */
  rows(graph = this.live.current): readonly JudgedRow[] {
    const { defaultPolicy, guardedElsewhere } = this.settings;
    const rows = this.routes().map(([handler, requirement]) => ({
      handler,
      row: routeRow({ ...handler, guardedBy: this.guardOf(handler) }, requirement, graph, defaultPolicy),
    }));
    const mounted = this.#sight.mountedRoutes.map((route) => ({
      handler: undefined,
      row: mountedRow(route, graph, isMountedElsewhere(route, guardedElsewhere)),
    }));
    return [...rows, ...mounted];
  }

  private routes(): Routes {
    return this.#sight
      .handlers()
      .map((handler) => [handler, routeRequirement(handler.type, handler.method)] as const);
  }
}

/** A handler of several transports has one set of decorators. */
function distinct(findings: readonly AuditFinding[]): readonly AuditFinding[] {
  return [...new Map(findings.map((finding) => [lineOf(finding), finding])).values()];
}

function permissionsAsked({ clauses, owner }: RouteRequirement): readonly string[] {
  const names = clauses.flatMap((clause) => (clause.kind === 'permissions' ? clause.names : []));
  return owner === undefined ? names : names.flatMap((name) => [name, ownForm(name)]);
}
