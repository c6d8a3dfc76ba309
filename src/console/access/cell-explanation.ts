import type { RoleGraph, RouteAudit } from 'nestjs-gatehouse';
import { pathBetween, rolesOf } from './inheritance.js';

/** One route of the table of who may call what. */
export type Row = ReturnType<RouteAudit['table']>['rows'][number];
type Clause = Row['clauses'][number];

/** One thing that a route asks for, and how a role comes by it. */
export interface Answer {
  /** `permission articles:read`. */
  readonly asked: string;
  readonly verdict: 'yes' | 'own' | 'no';
  /** From the role along `inherits` to where it is found; empty when it isn't. */
  readonly path: readonly string[];
  /** The grant that matches, as written. */
  readonly grant: string | undefined;
  /** The same in a sentence. */
  readonly summary: string;
}

/** Why holders of a role alone may call a route, or may not. */
export interface CellExplanation {
  /** What decides where nothing is asked of roles. */
  readonly ground: string | undefined;
  /** What the route asks for; every list must hold: of one of `any` a single answer, of `all` each. */
  readonly clauses: readonly { readonly mode: Clause['mode']; readonly answers: readonly Answer[] }[];
  /** Scopes that a token needs as well: no role brings them. */
  readonly scopes: readonly string[];
  /** The login has to be a fresh one, or of a kind, as well. */
  readonly needsFreshLogin: boolean;
}

/** Explains a cell of the table by the graph it was made with. */
export function explainCell(row: Row, role: string, graph: RoleGraph): CellExplanation {
  // What stands in decorators decides nothing there, and would contradict the answer.
  if (row.guardedBy === 'nobody')
    return { ground: groundOf(row), clauses: [], scopes: [], needsFreshLogin: false };
  const ofRoles = row.clauses.filter(({ kind }) => kind !== 'scopes');
  return {
    ground: groundOf(row),
    clauses: ofRoles.map((clause) => ({
      mode: clause.mode,
      answers: clause.names.map((name) =>
        clause.kind === 'roles' ? answerOfRole(role, name, graph) : answerOfGrant(row, role, name, graph),
      ),
    })),
    needsFreshLogin: row.needsFreshLogin,
    scopes: row.clauses.filter(({ kind }) => kind === 'scopes').flatMap(({ names }) => names),
  };
}

function groundOf({ guardedBy, requires, clauses }: Row): string | undefined {
  if (guardedBy === 'nobody')
    return clauses.length === 0
      ? 'No guard of Gatehouse stands before it: everybody may call it.'
      : 'No guard of Gatehouse stands before it: what it asks for is asked of nobody, and everybody may call it.';
  if (guardedBy === 'the host') return 'The app guards it itself: Gatehouse asks nothing.';
  if (clauses.some(({ kind }) => kind !== 'scopes')) return undefined;
  switch (requires) {
    case 'public':
      return 'It is open to everybody: nobody is asked who they are.';
    case 'optional':
      return 'It is open to everybody; who shows a token is known.';
    case 'denied':
      return 'Nothing says who may call it, and then nobody may.';
    default:
      return 'Everybody who is authenticated may call it, whatever their roles.';
  }
}

function answerOfRole(role: string, asked: string, graph: RoleGraph): Answer {
  const path = pathBetween(rolesOf(graph), role, asked);
  const isHeld = path.length > 0;
  const how = path.length === 1 ? 'this is the role' : 'it is inherited';
  return {
    asked: `role ${asked}`,
    verdict: isHeld ? 'yes' : 'no',
    path,
    grant: undefined,
    summary: isHeld ? how : `the role ${role} does not inherit it`,
  };
}

function answerOfGrant({ owner }: Row, role: string, permission: string, graph: RoleGraph): Answer {
  const whole = graph.explain([role], permission);
  const own = owner === undefined ? undefined : graph.explain([role], `${permission}:own`);
  const isOwn = !whole.allowed && own?.allowed === true;
  const { allowed, path, pattern, nearestRoles } = isOwn ? own : whole;
  const nearest =
    nearestRoles.length === 0 ? 'no role has it' : `nearest role that has it: ${nearestRoles.join(' or ')}`;
  const granted = isOwn
    ? `granted for one's own only; whose it is says ${owner ?? ''}`
    : `granted, whosever the thing is`;
  return {
    asked: `permission ${permission}`,
    verdict: isOwn ? 'own' : allowed ? 'yes' : 'no',
    path,
    grant: pattern,
    summary: allowed ? granted : nearest,
  };
}
