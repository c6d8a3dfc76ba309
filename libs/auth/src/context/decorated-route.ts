import { classLayers, handlerLayers } from './handler-metadata.js';
import { REQUIRES_DPOP } from './require-dpop.decorator.js';
import { FRESH_AUTH } from './require-fresh-auth.decorator.js';
import { ROUTE_AUTHENTICATION } from './route-authentication.decorators.js';
import { ACCESS_CLAUSES } from './route-layers.js';

/** Metadata key of the ownership resolver class; global, so two copies of the package agree. */
export const ACCESS_OWNER = Symbol.for('gatehouse:access-owner');

const ACCESS_KEYS: readonly symbol[] = [
  ROUTE_AUTHENTICATION,
  ACCESS_CLAUSES,
  ACCESS_OWNER,
  FRESH_AUTH,
  REQUIRES_DPOP,
];

/** Whether a decorator on the route, its class or a base of it says who may call: such a route is never exempt by its path. */
export function isDecorated(type: object, handler: object): boolean {
  const layers = [...classLayers(type), ...handlerLayers(type, handler)];
  return layers.some((read) => ACCESS_KEYS.some((key) => read(key) !== undefined));
}
