import { AuthError } from '../../kernel/auth-error.js';
import { isScopeWithin, parseScope } from '../../kernel/scope.js';

/**
 * A `scope` parameter as it was sent (RFC 6749 §3.3).
 * @throws AuthError `invalid_scope` when it is no list of scope tokens
 */
export function readRequestedScope(sent: string): readonly string[] {
  const parsed = parseScope(sent);
  if (parsed === undefined || parsed.length === 0)
    throw new AuthError('invalid_scope', { detail: 'scope is not a list of scope tokens' });
  return parsed;
}

/**
 * What a login grants: all that is allowed, or the part of it that was asked for. Where nothing was allowed by name there
 * is nothing to ask for, since a scope is what somebody granted.
 * @throws AuthError `invalid_scope` when more is asked for than is allowed
 */
export function grantedScope(
  requested: readonly string[] | undefined,
  allowed: readonly string[] | undefined,
): readonly string[] | undefined {
  if (requested === undefined) return allowed;
  if (!isScopeWithin(requested, allowed ?? []))
    throw new AuthError('invalid_scope', { detail: 'more scope than the user has' });
  return requested;
}
