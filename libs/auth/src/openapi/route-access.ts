import type { AccessClause } from '../context/route-layers.js';
import { routePolicy } from '../context/route-policy.js';
import type { RouteAuthentication } from '../context/route-authentication.decorators.js';
import { ExemptPaths } from '../authentication/exempt-paths.js';
import { isDeniedByDefault } from '../rbac/audit/route-table.js';
import { type RouteRequirement, routeRequirement } from '../rbac/requirements/route-requirement.js';
import type { AppView } from '../app-view/app-view.js';
import type { HttpHandler } from '../app-view/http-routes.js';
import type { MountedOperation } from './routes/mounted-operations.js';

/** Everything that the decorators of a route come to, as far as our guards before it hold callers to it. */
export interface RouteAccess {
  readonly authentication: RouteAuthentication;
  /** All must hold. */
  readonly requires: readonly Omit<AccessClause, 'override'>[];
  /** Whether the permissions hold for who owns the thing as well. */
  readonly orOwner: boolean;
  /** Nobody gets in: the route says nothing, and such routes are closed. */
  readonly isDenied: boolean;
  readonly needsProof: boolean;
  /** How somebody has to have logged in. */
  readonly login: ReturnType<typeof routePolicy>['freshAuth'];
  /** Sets of scope tokens, one of which a token with a scope needs; empty where any will do. */
  readonly scopes: readonly (readonly string[])[];
}

// A document with more alternatives than that is read by nobody.
const MOST_ALTERNATIVES = 12;

/** Reads a route as its guards do; `undefined` where no guard of ours stands before it. */
export function routeAccess(
  view: AppView,
  handler: HttpHandler,
  { path }: Pick<MountedOperation, 'path'>,
): RouteAccess | undefined {
  const { type, method } = handler;
  const enforced = view.enforcedOn(handler);
  if (enforced.size === 0) return undefined;
  const requirement = routeRequirement(type, method);
  const policy = routePolicy(type, method);
  const isAuthenticated = enforced.has('authentication');
  const holds = enforced.has('access');
  const { clauses } = holds ? requirement : { clauses: [] };
  const authentication = authenticationOf(view, path, policy, clauses.length > 0);
  return {
    authentication,
    requires: clauses.map(({ kind, mode, names }) => ({ kind, mode, names })),
    orOwner: holds && requirement.owner !== undefined && clauses.some(({ kind }) => kind === 'permissions'),
    isDenied:
      holds &&
      authentication === 'required' &&
      view.rbac !== undefined &&
      isDeniedByDefault(requirement, view.rbac.defaultPolicy),
    needsProof: isAuthenticated && policy.requiresDPoP,
    login: isAuthenticated ? policy.freshAuth : undefined,
    scopes: scopesFor(view, clauses),
  };
}

function authenticationOf(
  { authentication: settings }: AppView,
  path: string,
  { authentication, isExemptible }: ReturnType<typeof routePolicy>,
  asks: boolean,
): RouteAuthentication {
  if (asks) return 'required';
  const { exemptPaths = [] } = settings ?? {};
  // A token that is sent all the same has to be good.
  return isExemptible && new ExemptPaths(exemptPaths).includes(path) ? 'optional' : authentication;
}

function scopesFor({ graph }: AppView, clauses: RouteRequirement['clauses']): RouteAccess['scopes'] {
  let sets: readonly (readonly string[])[] = [[]];
  for (const { kind, mode, names } of clauses) {
    if (kind === 'roles') continue;
    const perName = names.map((name) => (kind === 'scopes' ? [name] : (graph?.scopesLetting(name) ?? [])));
    // No token with a scope gets there: what one would need can't be told.
    const alternatives: readonly (readonly string[])[] =
      mode === 'any' ? perName.flat().map((token) => [token]) : allOf(perName);
    if (alternatives.length === 0) continue;
    sets = sets.flatMap((set) => alternatives.map((more) => [...new Set([...set, ...more])]));
    if (sets.length > MOST_ALTERNATIVES) return [];
  }
  const distinct = [...new Map(sets.map((set) => [set.toSorted().join(' '), set])).values()];
  return distinct.every((set) => set.length === 0) ? [] : distinct;
}

/** Each way to take one of each. */
function allOf(perName: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return perName.reduce<readonly (readonly string[])[]>(
    (sets, tokens) =>
      sets.length > MOST_ALTERNATIVES ? sets : sets.flatMap((set) => tokens.map((token) => [...set, token])),
    [[]],
  );
}
