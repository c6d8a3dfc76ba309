import { defineRouteMetadata, routeDecorator } from './handler-metadata.js';

/** How a route is authenticated: not at all, when a token is there, or always. */
export type RouteAuthentication = 'public' | 'optional' | 'required';

/** Metadata key of {@link RouteAuthentication}; global, so two copies of the package agree. */
export const ROUTE_AUTHENTICATION = Symbol.for('gatehouse:route-authentication');

/**
 * Opens a route to everybody; a token that is sent along is not looked at.
 * @example
 * ```ts
 * @Public()
 * @Get('health')
 * health() {}
 * ```
 */
export const Public = (): MethodDecorator & ClassDecorator => mark('public');

/** Lets a request without a token pass as anonymous; one with a bad token is refused (401). */
export const OptionalAuth = (): MethodDecorator & ClassDecorator => mark('optional');

/** Requires an authenticated caller and nothing more; on a method it replaces the class's requirement. */
export const Authenticated = (): MethodDecorator & ClassDecorator => mark('required');

function mark(value: RouteAuthentication): MethodDecorator & ClassDecorator {
  return routeDecorator((place) => defineRouteMetadata(ROUTE_AUTHENTICATION, value, place));
}
