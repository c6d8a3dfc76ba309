import { classLayers, type LayerReader, methodLayers } from './handler-metadata.js';
import { REQUIRES_DPOP } from './require-dpop.decorator.js';
import { FRESH_AUTH } from './require-fresh-auth.decorator.js';
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
interface RouteLayer {
  readonly authentication: RouteAuthentication | undefined;
  readonly clauses: readonly AccessClause[];
  /** How many classes derive from the one it stands on. */
  readonly distance: number;
}

/** What the decorators of a route come to. */
export interface ComposedRoute {
  /** As decorated; `undefined` when nothing says so. */
  readonly authentication: RouteAuthentication | undefined;
  /** All must hold. */
  readonly clauses: readonly AccessClause[];
  /** Requirements of outer layers that a marker or an override of an inner one replaced. */
  readonly replaced: readonly AccessClause[];
}

const RANK: Readonly<Record<RouteAuthentication, number>> = { public: 0, optional: 1, required: 2 };

/**
 * Puts the decorators of classes and methods together. A class narrows its base or replaces what that asks for, and a
 * method does so with its class. An inherited method takes nothing away from the classes that derive from the one it was
 * written in: they can only narrow it.
 */
export function composeRoute(type: object, handler: object): ComposedRoute {
  const classes = classLayers(type)
    .toReversed()
    .map((read, distance) => readLayer(read, distance))
    .toReversed();
  const method = methodLayer(type, handler);
  const layers = method === undefined ? classes : [...classes, method];
  let standing: readonly PlacedClause[] = [];
  const replaced: AccessClause[] = [];
  for (const layer of layers) {
    const kept = standing.filter((clause) => !replaces(layer, clause));
    replaced.push(...standing.filter((clause) => !kept.includes(clause)).map(({ clause }) => clause));
    standing = [...kept, ...layer.clauses.map((clause) => ({ clause, distance: layer.distance }))];
  }
  return {
    authentication: authenticationOf(classes, method),
    clauses: standing.map(({ clause }) => clause),
    replaced,
  };
}

interface PlacedClause {
  readonly clause: AccessClause;
  readonly distance: number;
}

function replaces(layer: RouteLayer, { clause, distance }: PlacedClause): boolean {
  // Of classes the outermost comes first, so only an inherited method meets a layer that derives from its own.
  if (distance < layer.distance) return false;
  if (layer.authentication !== undefined) return true;
  return layer.clauses.some(({ kind, override }) => kind === clause.kind && override);
}

/** A layer that asks for roles, permissions or scopes needs to know the caller, so it ends an outer `@Public()`. */
function authenticationOf(
  classes: readonly RouteLayer[],
  method: RouteLayer | undefined,
): RouteAuthentication | undefined {
  const stated = (layers: readonly RouteLayer[]): RouteAuthentication | undefined =>
    layers.map(layerAuthentication).findLast((authentication) => authentication !== undefined);
  if (method === undefined) return stated(classes);
  return stricter(
    layerAuthentication(method),
    stated(classes.filter(({ distance }) => distance < method.distance)),
  );
}

function layerAuthentication({ authentication, clauses }: RouteLayer): RouteAuthentication | undefined {
  return authentication ?? (clauses.length > 0 ? 'required' : undefined);
}

function stricter(
  one: RouteAuthentication | undefined,
  other: RouteAuthentication | undefined,
): RouteAuthentication | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return RANK[one] < RANK[other] ? other : one;
}

/** What a decorator of ours leaves on what it is written on. */
const WRITTEN = [ROUTE_AUTHENTICATION, ACCESS_CLAUSES, FRESH_AUTH, REQUIRES_DPOP];

/** A method without metadata of its own has that of the method it overrides; one with some keeps the kinds it doesn't state. */
function methodLayer(type: object, handler: object): RouteLayer | undefined {
  const [own, ...overridden] = methodLayers(type, handler, WRITTEN)
    .map(({ read, distance }) => readLayer(read, distance))
    .filter(({ authentication, clauses }) => authentication !== undefined || clauses.length > 0);
  if (own === undefined || own.authentication !== undefined) return own;
  const clauses = [...own.clauses];
  for (const layer of overridden) {
    const stated = new Set(clauses.map(({ kind }) => kind));
    clauses.push(...layer.clauses.filter(({ kind }) => !stated.has(kind)));
  }
  return { ...own, clauses };
}

function readLayer(read: LayerReader, distance: number): RouteLayer {
  return {
    authentication: read<RouteAuthentication>(ROUTE_AUTHENTICATION),
    clauses: read<readonly AccessClause[]>(ACCESS_CLAUSES) ?? [],
    distance,
  };
}
