import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { principalOf } from '../../context/call.js';
import { AuthError } from '../../kernel/auth-error.js';
import type { Principal } from '../../kernel/principal.js';
import { hashSubject, isSessionId, subjectHashOf } from '../../subjects/subject-keys.js';

/** What a token with a scope needs in it to see and end the sessions of its user. */
const SESSIONS_SCOPE = 'sessions';

/**
 * Keeps away from the sessions: credentials of a scheme that are of none, an API key say, whoever they speak for; and tokens
 * that were narrowed to something else. A token without a scope isn't narrowed.
 */
export class SessionScopeGuard implements CanActivate {
  /** @throws AuthError `access_denied`, `insufficient_scope` */
  canActivate(context: ExecutionContext): boolean {
    const principal = principalOf(context);
    if (principal?.scheme !== undefined && !isOfSession(principal))
      throw new AuthError('access_denied', {
        detail: `a credential of ${principal.scheme} is of no session`,
      });
    const scope = principal?.scope;
    if (scope === undefined || scope.includes(SESSIONS_SCOPE)) return true;
    throw new AuthError('insufficient_scope', { scheme: principal?.scheme, scope: [SESSIONS_SCOPE] });
  }
}

/** A scheme of the host may find sessions of ours by other means, and may name sessions of its own. */
function isOfSession({ sessionId, subject }: Principal): boolean {
  return (
    sessionId !== undefined && isSessionId(sessionId) && subjectHashOf(sessionId) === hashSubject(subject)
  );
}
