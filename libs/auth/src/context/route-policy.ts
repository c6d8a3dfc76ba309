import { isDecorated } from './decorated-route.js';
import { classLayers, handlerLayers } from './handler-metadata.js';
import type { RouteAuthentication } from './route-authentication.decorators.js';
import { composeRoute } from './route-layers.js';
import { allOf, FRESH_AUTH, type FreshAuthRequirement } from './require-fresh-auth.decorator.js';

/** What a handler asks of authentication. */
export interface RoutePolicy {
  readonly authentication: RouteAuthentication;
  /** How the caller has to have logged in; `undefined` when any login will do. */
  readonly freshAuth: FreshAuthRequirement | undefined;
  /** Whether the path may exempt the route: nothing on it says who may call. */
  readonly isExemptible: boolean;
}

/** Reads what the decorators of a route ask of authentication. */
export function routePolicy(type: object, handler: object): RoutePolicy {
  const freshAuth = requiredLogin(type, handler);
  return {
    // A fresh login is a login, so the route isn't public.
    authentication:
      freshAuth === undefined ? (composeRoute(type, handler).authentication ?? 'required') : 'required',
    freshAuth,
    isExemptible: !isDecorated(type, handler),
  };
}

/** A method can only narrow what its class asks for. */
function requiredLogin(type: object, handler: object): FreshAuthRequirement | undefined {
  const layers = [...handlerLayers(type, handler), ...classLayers(type)];
  const asked = layers
    .map((read) => read<FreshAuthRequirement>(FRESH_AUTH))
    .filter((each) => each !== undefined);
  return allOf(asked, `${(type as { name: string }).name}.${(handler as { name: string }).name}`);
}
