import { AuthError } from '../kernel/auth-error.js';
import type { RefreshOutcome } from '../sessions/refresh-outcome.js';

type RefusedVerdict = Exclude<RefreshOutcome['verdict'], 'rotated' | 'replayed' | 'superseded'>;

/** What a client is told whose refresh token is not turned over. */
export function refusalOf(verdict: RefusedVerdict): AuthError {
  if (verdict === 'scope-exceeded')
    return new AuthError('invalid_scope', { detail: 'the refresh asks for more scope than the session has' });
  if (verdict === 'other-resource')
    return new AuthError('invalid_target', { detail: 'the tokens of this session are for another resource' });
  if (verdict === 'disowned')
    return new AuthError('invalid_grant', { detail: 'UserAuthenticator.reload() knows no such user' });
  return new AuthError('invalid_grant', { detail: `the refresh token is ${verdict}` });
}
