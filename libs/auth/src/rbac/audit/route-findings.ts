import type { Type } from '@nestjs/common';
import type { AccessClause } from '../../context/route-layers.js';
import { ownForm } from '../graph/names.js';
import type { RoleGraph } from '../graph/role-graph.js';
import type { DefaultPolicy } from '../rbac.settings.js';
import type { OwnershipResolver } from '../requirements/owner.decorator.js';
import type { RouteRequirement } from '../requirements/route-requirement.js';
import type { AuditFinding, AuditFindingKind } from './audit-finding.js';
import type { Handler } from './handlers.js';
import { isDeniedByDefault } from './route-table.js';
import type { Vocabulary } from './vocabulary.js';

/** What a route is judged by. */
export interface Judgement {
  readonly graph: RoleGraph;
  readonly vocabulary: Vocabulary;
  readonly policy: DefaultPolicy;
  /** Whether the application provides the resolver. */
  readonly provides: (owner: Type<OwnershipResolver>) => boolean;
}

/** Everything that is wrong or surprising about one route. */
export function routeFindings(
  { name: handler }: Handler,
  requirement: RouteRequirement,
  { graph, vocabulary, policy, provides }: Judgement,
): readonly AuditFinding[] {
  const { authentication, clauses, owner, replaced } = requirement;
  const found: AuditFinding[] = [];
  const add = (kind: AuditFindingKind, message: string): void => void found.push({ kind, handler, message });
  if (isDeniedByDefault(requirement, policy))
    add('undecorated', 'has no access decorator, so it is denied to everybody');
  for (const clause of clauses) {
    for (const [kind, fault] of unknownNames(clause, owner !== undefined, vocabulary)) add(kind, fault);
    if (owner === undefined)
      for (const permission of ownOnly(clause, graph))
        add(
          'own-without-resolver',
          `'${ownForm(permission)}' is granted but counts for nothing here without @Owner()`,
        );
  }
  for (const clause of replaced.filter(({ kind }) => !isExplicit(requirement, kind)))
    add('shadowed', `the ${clause.kind} ${clause.names.join(', ')} of an outer layer don't count here`);
  if (clauses.length > 0 && authentication !== 'required' && authentication !== undefined)
    add(
      'contradiction',
      `is ${authentication} but asks for ${clauses[0]?.kind}: nobody passes without being known`,
    );
  if (owner !== undefined && !provides(owner))
    add('resolver-not-found', `no module provides ${owner.name} as a singleton`);
  return found;
}

function unknownNames(
  { kind, names }: AccessClause,
  owned: boolean,
  vocabulary: Vocabulary,
): readonly (readonly [AuditFindingKind, string])[] {
  return names.flatMap((name): (readonly [AuditFindingKind, string])[] => {
    switch (kind) {
      case 'roles':
        return pair('unknown-role', vocabulary.roleFault(name));
      case 'scopes':
        return pair('unknown-scope', vocabulary.scopeFault(name));
      default:
        return pair('unknown-permission', vocabulary.permissionFault(name, owned));
    }
  });
}

function pair(kind: AuditFindingKind, fault: string | undefined): (readonly [AuditFindingKind, string])[] {
  return fault === undefined ? [] : [[kind, fault]];
}

/** Permissions that some role has on its own things only. */
function ownOnly({ kind, names }: AccessClause, graph: RoleGraph): readonly string[] {
  if (kind !== 'permissions') return [];
  return names.filter((name) => {
    const whole = new Set(graph.rolesGranting(name));
    return graph.rolesGranting(ownForm(name)).some((role) => !whole.has(role));
  });
}

/** `.override()` says that it replaces; `@Public()`, `@OptionalAuth()` and `@Authenticated()` don't. */
function isExplicit({ clauses }: RouteRequirement, kind: AccessClause['kind']): boolean {
  return clauses.some((clause) => clause.kind === kind && clause.override);
}
