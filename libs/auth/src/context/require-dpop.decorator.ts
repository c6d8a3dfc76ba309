import { defineRouteMetadata, routeDecorator } from './handler-metadata.js';

/** Metadata key of {@link RequireDPoP}; global, so two copies of the package agree. */
export const REQUIRES_DPOP = Symbol.for('gatehouse:requires-dpop');

/**
 * Requires an access token that is bound to a key, with a proof that its sender holds the key (RFC 9449); any other credential is
 * 401. Needs the option `dpop`.
 * @example
 * ```ts
 * @RequireDPoP()
 * @Post('payments')
 * pay() {}
 * ```
 */
export const RequireDPoP = (): MethodDecorator & ClassDecorator =>
  routeDecorator((place) => defineRouteMetadata(REQUIRES_DPOP, true, place));
