import type { Principal } from '../kernel/principal.js';
import { instant, optional, scope, text, texts, wholeNumber } from './claim-readers.js';
import { type ForeignTokens, foreignIdentity } from './foreign-tokens.js';
import { invalidToken } from './invalid-token.js';
import type { JsonObject } from './strict-json.js';

/** What claims are checked against. */
export interface ClaimExpectations {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly clockToleranceMs: number;
  /** How to read the tokens of another issuer; `undefined` for our own. */
  readonly foreign: ForeignTokens | undefined;
}

type Identity = Omit<Principal, 'subject' | 'authenticatedAt' | 'issuedAt' | 'expiresAt' | 'claims'>;

/** Checks the claims of a verified token and tells who is calling. @throws AuthError `invalid_token` */
export function readPrincipal(claims: JsonObject, expected: ClaimExpectations, now: number): Principal {
  if (claims['iss'] !== expected.issuer) throw invalidToken('the issuer is another one');
  if (!isMeantFor(claims['aud'], expected.audience)) throw invalidToken('the audience is another one');
  const expiresAt = instant(claims, 'exp');
  const issuedAt = instant(claims, 'iat');
  if (now >= expiresAt + expected.clockToleranceMs) throw invalidToken('the token has expired');
  if (now + expected.clockToleranceMs < notBeforeOf(claims)) throw invalidToken('the token is not valid yet');
  if (now + expected.clockToleranceMs < issuedAt) throw invalidToken('the token was issued in the future');
  return deepFreeze({
    subject: text(claims, 'sub'),
    ...(expected.foreign === undefined ? ownIdentity(claims) : foreignIdentity(claims, expected.foreign)),
    authenticatedAt: optional(claims, 'auth_time', instant),
    issuedAt,
    expiresAt,
    claims,
  });
}

function ownIdentity(claims: JsonObject): Identity {
  return {
    clientId: text(claims, 'client_id'),
    tokenId: text(claims, 'jti'),
    sessionId: optional(claims, 'sid', text),
    scope: optional(claims, 'scope', scope),
    roles: optional(claims, 'roles', texts) ?? [],
    epoch: wholeNumber(claims, 'epoch'),
  };
}

/** `nbf` in epoch ms; the beginning of time without one. @throws AuthError `invalid_token` */
export function notBeforeOf(claims: Readonly<JsonObject>): number {
  return optional(claims, 'nbf', instant) ?? 0;
}

// RFC 7519 §4.1.3: one string or an array of strings, of which one has to be ours.
function isMeantFor(aud: unknown, ours: readonly string[]): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (named.some((entry) => typeof entry !== 'string')) return false;
  return named.some((entry) => ours.includes(entry as string));
}

// Principals are cached and shared between requests: none may change what the next one sees.
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
