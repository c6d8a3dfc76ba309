import { isDecorated } from './decorated-route.js';
import { classLayers, handlerLayers, type LayerReader } from './handler-metadata.js';
import type { RouteAuthentication } from './route-authentication.decorators.js';
import { composeRoute } from './route-layers.js';
import { REQUIRES_DPOP } from './require-dpop.decorator.js';
import { allOf, FRESH_AUTH, type FreshAuthRequirement } from './require-fresh-auth.decorator.js';

/** What a handler asks of authentication. */
export interface RoutePolicy {
  readonly authentication: RouteAuthentication;
  /** How the caller has to have logged in; `undefined` when any login will do. */
  readonly freshAuth: FreshAuthRequirement | undefined;
  /** Whether the caller's access token has to be bound to a key. */
  readonly requiresDPoP: boolean;
  /** Whether the path may exempt the route: nothing on it says who may call. */
  readonly isExemptible: boolean;
}

/** Reads what the decorators of a route ask of authentication. */
export function routePolicy(type: object, handler: object): RoutePolicy {
  const freshAuth = requiredLogin(type, handler);
  const requiresDPoP = layersOf(type, handler).some((read) => read(REQUIRES_DPOP) === true);
  const asksForToken = freshAuth !== undefined || requiresDPoP;
  return {
    // A fresh login is a login, and a key is somebody's, so the route isn't public.
    authentication: asksForToken ? 'required' : (composeRoute(type, handler).authentication ?? 'required'),
    freshAuth,
    requiresDPoP,
    isExemptible: !isDecorated(type, handler),
  };
}

function layersOf(type: object, handler: object): readonly LayerReader[] {
  return [...handlerLayers(type, handler), ...classLayers(type)];
}

/** A method can only narrow what its class asks for. */
function requiredLogin(type: object, handler: object): FreshAuthRequirement | undefined {
  const asked = layersOf(type, handler)
    .map((read) => read<FreshAuthRequirement>(FRESH_AUTH))
    .filter((each) => each !== undefined);
  return allOf(asked, `${(type as { name: string }).name}.${(handler as { name: string }).name}`);
}
