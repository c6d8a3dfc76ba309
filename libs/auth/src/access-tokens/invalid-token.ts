import { AuthError } from '../kernel/auth-error.js';

/** A refusal of a token; the detail is private (logs and events) and never quotes the token. */
export function invalidToken(detail: string): AuthError {
  return new AuthError('invalid_token', { detail });
}
