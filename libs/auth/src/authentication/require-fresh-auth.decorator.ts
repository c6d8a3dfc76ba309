import { defineRouteMetadata, routeDecorator } from '../context/handler-metadata.js';
import { type Duration, parseDuration } from '../kernel/duration.js';

/** Metadata key of {@link RequireFreshAuth}; global, so two copies of the package agree. */
export const FRESH_AUTH = Symbol.for('gatehouse:fresh-auth');

/**
 * Step-up: requires that the user logged in no longer ago than `maxAge` (claim `auth_time`), else 401
 * `insufficient_user_authentication` with `max_age` (RFC 9470 §3). A refresh doesn't count as a login.
 * @throws TypeError when `maxAge` is not a positive duration.
 * @example
 * ```ts
 * @RequireFreshAuth('5m')
 * @Post('password')
 * changePassword() {}
 * ```
 */
export function RequireFreshAuth(maxAge: Duration): MethodDecorator & ClassDecorator {
  const maxAgeMs = parseDuration(maxAge);
  if (maxAgeMs === undefined || maxAgeMs === 0) {
    throw new TypeError(
      `@RequireFreshAuth() expects a positive duration such as '5m', got ${JSON.stringify(maxAge)}`,
    );
  }
  return routeDecorator((place) => defineRouteMetadata(FRESH_AUTH, maxAgeMs, place));
}
