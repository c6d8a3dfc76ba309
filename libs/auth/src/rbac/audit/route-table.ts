import { routePolicy } from '../../context/route-policy.js';
import type { RoleGraph } from '../graph/role-graph.js';
import { CompiledRoute } from '../requirements/compiled-route.js';
import type { RouteRequirement } from '../requirements/route-requirement.js';
import type { DefaultPolicy } from '../rbac.settings.js';
import type { Handler } from './handlers.js';
import type { MountedRoute } from './mounted-routes.js';

/** Whether holders of a role alone may call a route: yes, on their own things, or no. */
type RouteCell = 'yes' | 'own' | 'no';

/** Any or all of some names of a kind. */
type AskedFor = {
  readonly kind: 'roles' | 'permissions' | 'scopes';
  readonly mode: 'any' | 'all';
  readonly names: readonly string[];
};

/** One route of the table. */
type RouteRow = {
  /** `GET /posts/:id`. */
  readonly entry: string;
  /** `PostsController.find`. */
  readonly handler: string;
  /** `adapter`: mounted on the HTTP adapter, beside Nest. */
  readonly transport: 'http' | 'graphql' | 'ws' | 'rpc' | 'call' | 'adapter';
  /** Which guards of ours run before it: their names, `nobody`, `the host` where it says so, or `not served`. */
  readonly guardedBy: string;
  /** What the decorators ask for, in words. */
  readonly requires: string;
  /** The same as it is decided: all of them must hold, those of scopes included. None of a route that is open, or for whoever is authenticated. */
  readonly clauses: readonly AskedFor[];
  /** Whether the login must be a fresh one, or of a kind (`RequireFreshAuth`), as well: no role brings that. */
  readonly needsFreshLogin: boolean;
  /** Name of the resolver that says whose a thing is: with it the `:own` form of a permission will do. */
  readonly owner: string | undefined;
  /** A cell for each role of the table. */
  readonly cells: readonly RouteCell[];
};

const MARKS: Readonly<Record<RouteCell, string>> = { yes: 'x', own: 'own', no: '-' };

/** Who may call what: routes × roles. Scope requirements are named but don't count, as roles don't bring scopes. */
export class RouteTable {
  /** @internal */
  constructor(
    readonly roles: readonly string[],
    readonly rows: readonly RouteRow[],
  ) {}

  /** The table as aligned text, one route a line. */
  toString(): string {
    const lines = [
      ['route', 'handler', 'guarded by', 'requires', ...this.roles],
      ...this.rows.map(({ entry, handler, guardedBy, requires, cells }) => [
        entry,
        handler,
        guardedBy,
        requires,
        ...cells.map((cell) => MARKS[cell]),
      ]),
    ];
    const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
    return lines
      .map((line) =>
        line
          .map((text, at) => text.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n');
  }
}

/** The row of a handler. */
export function routeRow(
  { entry, name, transport, guardedBy, type, method }: Handler & Pick<RouteRow, 'guardedBy'>,
  requirement: RouteRequirement,
  graph: RoleGraph,
  policy: DefaultPolicy,
): RouteRow {
  const clauses = requirement.clauses.filter(({ kind }) => kind !== 'scopes');
  const route = new CompiledRoute(graph, { ...requirement, clauses });
  const cell = (role: string): RouteCell => {
    if (guardedBy === 'nobody') return 'yes';
    if (isDeniedByDefault(requirement, policy)) return 'no';
    const verdict = route.decide({ roles: [role], scope: undefined });
    if (typeof verdict === 'object') return 'no';
    return verdict === 'granted' ? 'yes' : 'own';
  };
  return {
    entry,
    handler: name,
    transport,
    guardedBy,
    requires: inWords(requirement, policy),
    clauses: requirement.clauses.map(({ kind, mode, names }) => ({ kind, mode, names })),
    needsFreshLogin: routePolicy(type, method).freshAuth !== undefined,
    owner: requirement.owner?.name,
    cells: graph.roles.map(cell),
  };
}

/** The row of what the host mounted on the HTTP adapter. */
export function mountedRow({ entry }: MountedRoute, graph: RoleGraph, isTheHosts: boolean): RouteRow {
  return {
    entry,
    handler: '-',
    transport: 'adapter',
    guardedBy: isTheHosts ? 'the host' : 'nobody',
    requires: '-',
    clauses: [],
    needsFreshLogin: false,
    owner: undefined,
    cells: graph.roles.map(() => 'yes'),
  };
}

/** Whether a route says nothing and the default policy refuses such routes. */
export function isDeniedByDefault(
  { authentication, clauses }: RouteRequirement,
  policy: DefaultPolicy,
): boolean {
  return authentication === undefined && clauses.length === 0 && policy === 'deny';
}

function inWords(requirement: RouteRequirement, policy: DefaultPolicy): string {
  const { authentication, clauses, owner } = requirement;
  if (clauses.length === 0) {
    if (authentication === undefined) return policy === 'deny' ? 'denied' : 'authenticated';
    return authentication === 'required' ? 'authenticated' : authentication;
  }
  const parts = clauses.map(({ kind, mode, names }) =>
    names.length === 1 ? `${kind} ${names[0]}` : `${kind} ${mode} of ${names.join(', ')}`,
  );
  return [...parts, ...(owner === undefined ? [] : [`or own by ${owner.name}`])].join(' + ');
}
