import type { INestApplicationContext } from '@nestjs/common';
import { ExemptPaths } from '../authentication/exempt-paths.js';
import { routePolicy } from '../context/route-policy.js';
import { AppView } from '../openapi/app-view.js';
import { HttpRoutes } from '../openapi/routes/mounted-operations.js';
import type { Handler } from '../rbac/audit/handlers.js';
import { RouteAudit } from '../rbac/audit/route-audit.service.js';
import type { RoleGraph } from '../rbac/graph/role-graph.js';
import { routeRequirement } from '../rbac/requirements/route-requirement.js';
import { type AccessLock, byText, type Passing, type RouteFacts } from './access-lock.js';
import { entriesOf, isServedOnce } from './entries.js';
import { limitInWords } from './limits.js';
import { definitionOf } from './locked-graph.js';
import { askedIn, loginFacts, requirementsOf } from './requirements.js';

type Judged = ReturnType<RouteAudit['rows']>[number];
type Row = Judged['row'];

/** What there is to say of a route before its path is looked at. */
interface Around {
  readonly view: AppView;
  readonly graph: RoleGraph;
  readonly exempt: ExemptPaths;
  /** Of the app, for routes that say nothing. */
  readonly limits: ReadonlyMap<string, string>;
}

/** A handler that says nothing. */
class Silent {
  handle(): void {}
}

/** Who may call what in an app that is initialised; `undefined` where no module of ours guards it. */
export function accessOf(app: Pick<INestApplicationContext, 'get'>): AccessLock | undefined {
  const view = new AppView(app);
  const audit = view.find(RouteAudit);
  const { graph, rbac } = view;
  if (audit === undefined || graph === undefined || rbac === undefined) return undefined;
  const exempt = new ExemptPaths(view.authentication?.exemptPaths ?? []);
  const places = new HttpRoutes(view.modules, view.config);
  const limits = limitFacts(view.limitsOn({ type: Silent, method: Silent.prototype.handle }));
  const found = new Map<string, RouteFacts[]>();
  for (const judged of audit.rows(graph))
    for (const { name, path } of entriesOf(judged, places)) {
      const facts = factsOf(judged, path, { view, graph, exempt, limits });
      found.set(name, [...(found.get(name) ?? []), facts]);
    }
  return {
    defaultPolicy: rbac.defaultPolicy,
    limits,
    ...definitionOf(graph),
    routes: new Map([...found].flatMap(([name, facts]) => named(name, facts))),
  };
}

/** Several handlers of one name are told apart by what is known of them, since nothing else of them stays. */
function named(name: string, facts: readonly RouteFacts[]): readonly (readonly [string, RouteFacts])[] {
  const [first] = facts;
  if (first === undefined) return [];
  if (isServedOnce(name)) return [[name, first]];
  return facts
    .toSorted((one, other) => byText(textOf(one), textOf(other)))
    .map((each, at) => [at === 0 ? name : `${name} (${at + 1})`, each] as const);
}

function textOf(facts: RouteFacts): string {
  return JSON.stringify(facts, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}

function factsOf({ handler, row }: Judged, path: string, around: Around): RouteFacts {
  const { guardedBy: guards, cells } = row;
  const nothing = {
    requires: [],
    owner: false,
    login: [],
    proof: false,
    scopes: [],
    limits: new Map(),
  } as const;
  if (handler === undefined)
    return { ...nothing, guards, open: undefined, passes: passingBy(guards) ?? 'nobody' };
  const { view, graph } = around;
  const { freshAuth, requiresDPoP } = routePolicy(handler.type, handler.method);
  const requires = requirementsOf(row.clauses);
  const open = opennessOf(handler, path, around);
  const holders = graph.roles.flatMap((role, at) => {
    const reach = cells[at];
    return reach === undefined || reach === 'no' ? [] : [[role, reach] as const];
  });
  return {
    guards,
    open,
    requires,
    owner: row.owner !== undefined && requires.some((words) => askedIn(words).kind === 'permission'),
    login: loginFacts(freshAuth),
    proof: requiresDPoP,
    scopes: graph.scopes.filter((token) => lets(graph, token, requires)),
    limits: ownLimits(limitFacts(limitsOf(handler, guards, view)), around.limits),
    passes:
      passingBy(guards) ?? passingBeside(row, open) ?? (holders.length === 0 ? 'nobody' : new Map(holders)),
  };
}

function passingBy(guards: string): Passing | undefined {
  if (guards === 'nobody') return 'everybody';
  if (guards === 'the host') return 'as the app decides';
  return guards === 'not served' ? 'nobody' : undefined;
}

/** Who passes where roles have no say. */
function passingBeside({ guardedBy, clauses, requires }: Row, open: string | undefined): Passing | undefined {
  const holds = guardedBy.includes('RbacGuard');
  if (open !== undefined) return 'everybody';
  if (holds && requires === 'denied') return 'nobody';
  return holds && clauses.some(({ kind }) => kind !== 'scopes') ? undefined : 'authenticated';
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

function limitFacts(limits: ReturnType<AppView['limitsOn']>): ReadonlyMap<string, string> {
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
