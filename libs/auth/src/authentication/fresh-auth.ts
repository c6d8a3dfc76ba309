import type { FreshAuthRequirement } from '../context/require-fresh-auth.decorator.js';
import { AuthError } from '../kernel/auth-error.js';
import type { Principal } from '../kernel/principal.js';

/**
 * Refuses whoever has to log in again, or by other means. The answer names all that the route asks for, met or not, since
 * the next login has to meet all of it: `max_age` and `acr_values` in the challenge (RFC 9470 §3), `amr` in the document too.
 * @throws AuthError `fresh_auth_required`
 */
export function requireFreshAuth(principal: Principal, required: FreshAuthRequirement, now: number): void {
  if (isFresh(principal, required, now)) return;
  const { maxAgeMs, amr, acr } = required;
  const maxAgeSeconds = maxAgeMs === undefined ? undefined : Math.floor(maxAgeMs / 1000);
  throw new AuthError('fresh_auth_required', {
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    ...(acr !== undefined && { acrValues: acr }),
    extensions: {
      ...(maxAgeSeconds !== undefined && { max_age: maxAgeSeconds }),
      ...(acr !== undefined && { acr_values: acr.join(' ') }),
      ...(amr.length > 0 && { amr }),
    },
  });
}

// Whoever a host says is calling may lack what a token of ours has.
function isFresh(
  { authenticatedAt, amr, acr }: Partial<Principal>,
  required: FreshAuthRequirement,
  now: number,
): boolean {
  if (!required.amr.every((method) => amr?.includes(method) === true)) return false;
  if (required.acr !== undefined && (acr === undefined || !required.acr.includes(acr))) return false;
  if (required.maxAgeMs === undefined) return true;
  // `auth_time` is in whole seconds, so `now` is rounded down as well; else a login would look up to a second too old.
  const wholeSeconds = Math.floor(now / 1000) * 1000;
  return wholeSeconds - (authenticatedAt ?? Number.NEGATIVE_INFINITY) <= required.maxAgeMs;
}
