import type { Principal } from '../kernel/principal.js';
import { parseScope } from '../kernel/scope.js';
import { invalidToken } from './invalid-token.js';
import type { JsonObject } from './strict-json.js';

/** What claims are checked against. */
export interface ClaimExpectations {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly clockToleranceMs: number;
}

/** Latest instant a Date can hold; a later `exp` is nonsense. */
const MAX_EPOCH_SECONDS = 8_640_000_000_000;

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
    clientId: text(claims, 'client_id'),
    tokenId: text(claims, 'jti'),
    sessionId: optional(claims, 'sid', text),
    scope: optional(claims, 'scope', scope),
    roles: optional(claims, 'roles', texts) ?? [],
    epoch: wholeNumber(claims, 'epoch'),
    authenticatedAt: optional(claims, 'auth_time', instant),
    issuedAt,
    expiresAt,
    claims,
  });
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

function optional<T>(
  claims: Readonly<JsonObject>,
  name: string,
  read: (claims: Readonly<JsonObject>, name: string) => T,
): T | undefined {
  return Object.hasOwn(claims, name) ? read(claims, name) : undefined;
}

function text(claims: Readonly<JsonObject>, name: string): string {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw invalidToken(`the claim ${name} is missing or malformed`);
}

function texts(claims: Readonly<JsonObject>, name: string): readonly string[] {
  const value = claims[name];
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '')) return value;
  throw invalidToken(`the claim ${name} is malformed`);
}

function scope(claims: Readonly<JsonObject>, name: string): readonly string[] {
  const value = claims[name];
  const parsed = typeof value === 'string' ? parseScope(value) : undefined;
  if (parsed === undefined) throw invalidToken(`the claim ${name} is malformed`);
  return parsed;
}

function wholeNumber(claims: Readonly<JsonObject>, name: string): number {
  const value = claims[name];
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw invalidToken(`the claim ${name} is missing or malformed`);
}

// RFC 7519 §2, NumericDate: seconds, fractions allowed.
function instant(claims: Readonly<JsonObject>, name: string): number {
  const value = claims[name];
  if (typeof value === 'number' && value >= 0 && value <= MAX_EPOCH_SECONDS) return Math.floor(value * 1000);
  throw invalidToken(`the claim ${name} is missing or malformed`);
}

// Principals are cached and shared between requests: none may change what the next one sees.
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
