import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { LiveRoleGraph } from '../live-role-graph.js';
import { OwnershipResolvers } from '../ownership-resolvers.js';
import { RbacSettings } from '../rbac.settings.js';
import { routeRequirement, type RouteRequirement } from '../requirements/route-requirement.js';
import { AccessAuditError, type AuditFinding, lineOf } from './audit-finding.js';
import { type Handler, Handlers } from './handlers.js';
import { routeFindings } from './route-findings.js';
import { routeRow, RouteTable } from './route-table.js';
import { Vocabulary } from './vocabulary.js';

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

  constructor(
    private readonly settings: RbacSettings,
    private readonly live: LiveRoleGraph,
    private readonly owners: OwnershipResolvers,
    private readonly modules: ModulesContainer,
  ) {}

  /** @throws AccessAuditError on unknown names with a static definition, and on any finding with `audit: 'error'` */
  onModuleInit(): void {
    const routes = this.routes();
    this.live.prepare(routes.flatMap(([, requirement]) => permissionsAsked(requirement)));
    const found = this.findings();
    const isFatal = ({ kind }: AuditFinding): boolean =>
      this.settings.audit === 'error' || (this.settings.source === undefined && UNKNOWN_NAMES.has(kind));
    const fatal = found.filter(isFatal);
    if (fatal.length > 0) throw new AccessAuditError(fatal);
    if (found.length > 0 && this.settings.audit === 'warn')
      this.logger.warn(`${found.length} finding(s) of the route audit:${found.map(lineOf).join('')}`);
  }

  /** Everything that is wrong or surprising about the routes, against the graph in force. */
  findings(): readonly AuditFinding[] {
    const graph = this.live.current;
    const judgement = {
      graph,
      vocabulary: new Vocabulary(graph.toJSON()),
      policy: this.settings.defaultPolicy,
      provides: (owner: NonNullable<RouteRequirement['owner']>) => this.owners.has(owner),
    };
    return this.routes().flatMap(([handler, requirement]) => routeFindings(handler, requirement, judgement));
  }

  /** Who may call what, by the graph in force. */
  table(): RouteTable {
    const graph = this.live.current;
    const { defaultPolicy } = this.settings;
    const rows = this.routes().map(([handler, requirement]) =>
      routeRow(handler, requirement, graph, defaultPolicy),
    );
    return new RouteTable(graph.roles, rows);
  }

  private routes(): readonly (readonly [Handler, RouteRequirement])[] {
    return new Handlers(this.modules)
      .all()
      .map(
        (handler) =>
          [handler, routeRequirement(handler.type, handler.method, this.settings.combine)] as const,
      );
  }
}

function permissionsAsked({ clauses, owner }: RouteRequirement): readonly string[] {
  const names = clauses.flatMap((clause) => (clause.kind === 'permissions' ? clause.names : []));
  return owner === undefined ? names : names.flatMap((name) => [name, `${name}:own`]);
}
