import { classLayers, handlerLayers, type LayerReader } from './handler-metadata.js';
import { ROUTE_AUTHENTICATION, type RouteAuthentication } from './route-authentication.decorators.js';

/** One requirement of a decorator: any or all of some roles, permissions or scope tokens. Plain data under a global symbol. */
export interface AccessClause {
  readonly kind: 'roles' | 'permissions' | 'scopes';
  readonly mode: 'any' | 'all';
  readonly names: readonly string[];
  /** Replaces what outer layers ask of the same kind. */
  readonly override: boolean;
}

/** Metadata key of the {@link AccessClause}s of a class or method. */
export const ACCESS_CLAUSES = Symbol.for('gatehouse:access-clauses');

/** What the decorators of one layer say: a class, a base class, or the method. */
export interface RouteLayer {
  readonly authentication: RouteAuthentication | undefined;
  readonly clauses: readonly AccessClause[];
}

/** The layers of a route, outermost (base class) first, the method last. */
export function routeLayers(type: object, handler: object): readonly RouteLayer[] {
  return [...classLayers(type).map(readLayer), methodLayer(handlerLayers(type, handler).map(readLayer))];
}

/**
 * How a route is authenticated. A layer that asks for roles, permissions or scopes needs to know the caller, so it ends
 * an outer `@Public()` or `@OptionalAuth()`.
 */
export function routeAuthentication(type: object, handler: object): RouteAuthentication | undefined {
  let answer: RouteAuthentication | undefined;
  for (const { authentication, clauses } of routeLayers(type, handler))
    if (authentication !== undefined) answer = authentication;
    else if (clauses.length > 0) answer = 'required';
  return answer;
}

/** A method without metadata of its own has that of the method it overrides; one with some keeps the kinds it doesn't state. */
function methodLayer(layers: readonly RouteLayer[]): RouteLayer {
  const [own, ...overridden] = layers.filter(
    ({ authentication, clauses }) => authentication !== undefined || clauses.length > 0,
  );
  if (own === undefined) return { authentication: undefined, clauses: [] };
  if (own.authentication !== undefined) return own;
  const clauses = [...own.clauses];
  for (const layer of overridden) {
    const stated = new Set(clauses.map(({ kind }) => kind));
    clauses.push(...layer.clauses.filter(({ kind }) => !stated.has(kind)));
  }
  return { authentication: undefined, clauses };
}

function readLayer(read: LayerReader): RouteLayer {
  return {
    authentication: read<RouteAuthentication>(ROUTE_AUTHENTICATION),
    clauses: read<readonly AccessClause[]>(ACCESS_CLAUSES) ?? [],
  };
}
