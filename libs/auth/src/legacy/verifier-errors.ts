import { statusOf } from '../kernel/auth-error.js';

// jsonwebtoken, so @nestjs/jwt and passport-jwt as well.
const NAMES = /^(?:JsonWebTokenError|TokenExpiredError|NotBeforeError)$/;
// jose and fast-jwt, without what they say of key sets, keys and options that can't be used.
const CODES =
  /^(?:ERR_JW[TSE]_|ERR_JOSE_(?:ALG_NOT_ALLOWED|NOT_SUPPORTED)|ERR_JWKS_NO_MATCHING_KEY|FAST_JWT_(?:MALFORMED|INACTIVE|EXPIRED|INVALID_(?!KEY|OPTION)))/;
// jsonwebtoken gives a secret that is missing, or can't be had, the name of a bad token.
const NO_SECRET = /^(?:secret or public key must be provided|error in secret or public key callback)/;
const REFUSING_STATUSES = new Set<unknown>([400, 401, 403, 404]);

/**
 * Whether what the verifier of a host threw says that the token is bad. Anything else is a fault: were it a refusal, a
 * database that is away would log everybody out.
 */
export function isRefusal(error: unknown): boolean {
  const { name, code, message } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (REFUSING_STATUSES.has(statusOf(error))) return true;
  if (NO_SECRET.test(String(message))) return false;
  return NAMES.test(String(name)) || CODES.test(String(code));
}
