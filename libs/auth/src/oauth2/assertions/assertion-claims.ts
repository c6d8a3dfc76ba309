import type { JsonObject } from '../../jose/strict-json.js';
import { isInstant, numericDate } from '../../kernel/clock.js';
import { isIdentifier } from '../../kernel/text.js';

/** What the claims of an assertion are checked against. */
export interface AssertionExpectations {
  readonly clientId: string;
  /** Names of this authorization server. */
  readonly audience: readonly string[];
  readonly clockToleranceMs: number;
  readonly now: number;
}

/** An assertion that is good once. */
export interface SoundAssertion {
  /** `jti`. */
  readonly tokenId: string;
  /** How long it could be shown again, by the clock of this instance. */
  readonly leftMs: number;
}

/** Whoever finds an old one can do nothing with it, and what was used needn't be remembered for long. */
const LONGEST_LIFETIME_MS = 10 * 60_000;

/** What an assertion says (RFC 7523 §3), or why that isn't good. Its signature is checked elsewhere. */
export function readAssertionClaims(
  claims: JsonObject,
  { clientId, audience, clockToleranceMs, now }: AssertionExpectations,
): SoundAssertion | string {
  const { iss, sub, aud, jti } = claims;
  if (iss !== clientId || sub !== clientId) return 'iss and sub are not both the client';
  if (!isOnlyFor(aud, audience)) return 'the audience is another one';
  if (!isIdentifier(jti)) return 'the claim jti is missing or malformed';
  const times = ['exp', 'iat', 'nbf'].map((name) => claims[name]);
  const [expiresAt, issuedAt = now, notBefore = issuedAt] = times.map(numericDate);
  if (times.some((claim, at) => at > 0 && claim !== undefined && !isInstant(numericDate(claim))))
    return 'iat or nbf is malformed';
  if (expiresAt === undefined) return 'the claim exp is missing or malformed';
  if (now >= expiresAt + clockToleranceMs) return 'it has expired';
  if (now + clockToleranceMs < Math.max(issuedAt, notBefore)) return 'it is not valid yet';
  if (expiresAt - Math.min(issuedAt, now) > LONGEST_LIFETIME_MS + clockToleranceMs)
    return `it lives for more than ${LONGEST_LIFETIME_MS / 60_000} minutes`;
  return { tokenId: jti, leftMs: expiresAt + clockToleranceMs - now };
}

/** One that somebody else may receive as well could be shown here by them. */
function isOnlyFor(aud: unknown, names: readonly string[]): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return named.length > 0 && named.every((name) => typeof name === 'string' && names.includes(name));
}
