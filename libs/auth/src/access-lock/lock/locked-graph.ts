import { RoleGraph } from '../../rbac/graph/role-graph.js';
import type { AccessLock } from './access-lock.js';

type Definition = Pick<AccessLock, 'roles' | 'scopes'>;

/** The roles and scopes of a graph. */
export function definitionOf(graph: RoleGraph): Definition {
  const { roles, scopes = {} } = graph.toJSON() as {
    readonly roles: Readonly<Record<string, Record<'inherits' | 'grants', readonly string[]>>>;
    readonly scopes?: Readonly<Record<string, readonly string[]>>;
  };
  return {
    roles: new Map(
      Object.entries(roles).map(([name, { inherits, grants }]) => [
        name,
        { inherits: [...new Set(inherits)], grants: [...new Set(grants)] },
      ]),
    ),
    scopes: new Map(Object.entries(scopes).map(([token, patterns]) => [token, [...new Set(patterns)]])),
  };
}

/** How a role comes by a right. */
export interface Way {
  /** From the role along `inherits` to where the right is. */
  readonly path: readonly string[];
  /** The grant that matches; `undefined` where a role is asked for. */
  readonly grant: string | undefined;
}

/** The graph of a lock, asked for reasons. */
export class LockedGraph {
  private readonly definition: Definition;
  private readonly graph: RoleGraph;

  constructor({ roles, scopes }: Definition) {
    this.definition = { roles, scopes };
    this.graph = RoleGraph.compile(this.definition);
  }

  has(role: string): boolean {
    return this.definition.roles.has(role);
  }

  /** How a role comes by a permission, if it does. */
  wayToPermission(role: string, permission: string): Way | undefined {
    const { role: holder, path, pattern } = this.graph.explain([role], permission);
    return holder === undefined ? undefined : { path, grant: pattern };
  }

  /** How a role comes by another one, if it does. */
  wayToRole(role: string, wanted: string): Way | undefined {
    const { roles } = this.definition;
    if (!roles.has(role) || !roles.has(wanted)) return undefined;
    const cameFrom = new Map<string, string | undefined>([[role, undefined]]);
    // Iterating a Map also visits what is added meanwhile.
    for (const at of cameFrom.keys())
      for (const parent of roles.get(at)?.inherits ?? []) if (!cameFrom.has(parent)) cameFrom.set(parent, at);
    if (!cameFrom.has(wanted)) return undefined;
    const path: string[] = [];
    for (let at: string | undefined = wanted; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
    return { path, grant: undefined };
  }

  /** The pattern by which a scope token lets a permission through. */
  patternLetting(token: string, permission: string): string | undefined {
    const roles = this.graph.roles;
    return this.graph.explain(roles, permission, [token]).scope?.pattern;
  }
}
