import type { ExemptPaths } from '../../authentication/exempt-paths.js';
import { routePolicy } from '../../context/route-policy.js';
import type { AppView } from '../../app-view/app-view.js';
import type { Handler } from '../../rbac/audit/handlers.js';
import type { RouteAudit } from '../../rbac/audit/route-audit.service.js';
import type { RoleGraph } from '../../rbac/graph/role-graph.js';
import { routeRequirement } from '../../rbac/requirements/route-requirement.js';
import type { RouteFacts } from '../lock/access-lock.js';
import { limitInWords } from '../lock/limits.js';
import type { GuardMarks } from './guard-marks.js';
import { passingOf } from './passing.js';
import { askedIn, loginFacts, requirementsOf } from '../lock/requirements.js';

type Judged = ReturnType<RouteAudit['rows']>[number];

/** What the facts of a route depend on besides the route. */
interface Around {
  readonly view: AppView;
  readonly graph: RoleGraph;
  readonly exempt: ExemptPaths;
  /** Of the app, for routes that say nothing. */
  readonly limits: ReadonlyMap<string, string>;
  readonly marks: GuardMarks;
}

/** What is known of one route. */
export function factsOf({ handler, row }: Judged, path: string, around: Around): RouteFacts {
  const { view, graph } = around;
  const guards = around.marks.inWords(
    row.guardedBy,
    handler === undefined ? [] : [handler.type, handler.method],
  );
  const nothing = {
    requires: [],
    owner: false,
    login: [],
    proof: false,
    scopes: [],
    limits: new Map(),
  } as const;
  if (handler === undefined)
    return { ...nothing, guards, open: undefined, passes: passingOf(row, guards, undefined, graph.roles) };
  const { freshAuth, requiresDPoP } = routePolicy(handler.type, handler.method);
  const requires = requirementsOf(row.clauses);
  const open = opennessOf(handler, path, around);
  return {
    guards,
    open,
    requires,
    owner: row.owner !== undefined && requires.some((words) => askedIn(words).kind === 'permission'),
    login: loginFacts(freshAuth),
    proof: requiresDPoP,
    scopes: graph.scopes.filter((token) => lets(graph, token, requires)),
    limits: ownLimits(limitFacts(limitsOf(handler, guards, view)), around.limits),
    passes: passingOf(row, guards, open, graph.roles),
  };
}

/** As the guards see it: whoever asks for something has to know who is there. */
function opennessOf(
  { type, method, transport }: Handler,
  path: string,
  { exempt }: Around,
): string | undefined {
  const { authentication, isExemptible } = routePolicy(type, method);
  const { clauses } = routeRequirement(type, method);
  if (clauses.length > 0) return undefined;
  if (transport === 'http' && isExemptible && exempt.includes(path)) return 'exempt';
  return authentication === 'required' ? undefined : authentication;
}

/** Whether a token with this scope and no other gets there, with all roles. */
function lets(graph: RoleGraph, token: string, requires: readonly string[]): boolean {
  const narrowing = requires.map(askedIn).filter(({ kind }) => kind !== 'role');
  return (
    narrowing.length > 0 &&
    narrowing.every(({ kind, names }) =>
      kind === 'scope' ? names.includes(token) : names.some((name) => letting(graph, name).includes(token)),
    )
  );
}

// Many routes ask for the same permission.
const known = new WeakMap<RoleGraph, Map<string, readonly string[]>>();

function letting(graph: RoleGraph, permission: string): readonly string[] {
  const ofGraph = known.get(graph) ?? new Map<string, readonly string[]>();
  known.set(graph, ofGraph);
  const tokens = ofGraph.get(permission) ?? graph.scopesLetting(permission);
  ofGraph.set(permission, tokens);
  return tokens;
}

/** A server that has none of our guards has none of our limits. */
function limitsOf(handler: Handler, guards: string, view: AppView): ReturnType<AppView['limitsOn']> {
  const isServed = guards !== 'not served';
  const isHttp = handler.transport === 'http' || handler.transport === 'graphql';
  return isServed && (isHttp || guards !== 'nobody') ? view.limitsOn(handler) : [];
}

/** Limits by their names, in words. */
export function limitFacts(limits: ReturnType<AppView['limitsOn']>): ReadonlyMap<string, string> {
  return new Map(limits.map((limit) => [limit.name, limitInWords(limit)]));
}

function ownLimits(
  limits: ReadonlyMap<string, string>,
  ofApp: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | undefined {
  const isSame =
    limits.size === ofApp.size && [...limits].every(([name, words]) => ofApp.get(name) === words);
  return isSame ? undefined : limits;
}
