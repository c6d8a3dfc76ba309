import type { JsonObject } from '../jose/strict-json.js';
import { isInstant, LONGEST_SECONDS, numericDate } from '../kernel/clock.js';
import { type CheckedUser, checkedUser } from '../tokens/checked-login.js';

/** What a host said about a legacy token, and what the token says itself. Instants are epoch ms. */
export interface LegacyAnswer {
  readonly user: CheckedUser;
  /** `undefined`: the token stands for itself. */
  readonly tokenId: string | undefined;
  readonly issuedAt: number | undefined;
  readonly expiresAt: number;
  readonly authenticatedAt: number | undefined;
  readonly claims: JsonObject;
  /** The end that is signed, so that nobody can move it; `undefined`: there is none. */
  readonly signedEnd: number | undefined;
}

interface ReadingTerms {
  readonly claims: JsonObject;
  readonly until: number;
  readonly latestIssue: number;
  readonly method: string;
}

/**
 * Reads the answer of the host's `method` to a good token.
 * @param claims of the token, which the host has verified
 * @param until the latest end
 * @param latestIssue a later instant of issue says nothing: `iat` in milliseconds, as hand-made tokens have it, would be after
 * any revocation
 * @throws TypeError that names method and member
 */
export function readLegacyAnswer(
  answer: unknown,
  { claims, until, latestIssue, method }: ReadingTerms,
): LegacyAnswer {
  const user = checkedUser(answer, method);
  const given = answer as Readonly<Record<string, unknown>>;
  const signedEnd = numericDate(claims['exp']);
  const issuedAt = instant(given, 'issuedAt', method) ?? numericDate(claims['iat']);
  const ends = [instant(given, 'expiresAt', method), signedEnd, until];
  return {
    user,
    tokenId: tokenIdOf(given, method),
    issuedAt: issuedAt !== undefined && issuedAt <= latestIssue ? issuedAt : undefined,
    expiresAt: Math.min(...ends.filter((end) => end !== undefined)),
    authenticatedAt: instant(given, 'authenticatedAt', method),
    claims,
    signedEnd,
  };
}

function tokenIdOf({ tokenId }: Readonly<Record<string, unknown>>, method: string): string | undefined {
  if (tokenId === undefined || tokenId === null) return undefined;
  if (typeof tokenId === 'string' && tokenId !== '') return tokenId;
  throw new TypeError(`${method}: \`tokenId\` must be text that is not empty`);
}

function instant(
  given: Readonly<Record<string, unknown>>,
  member: string,
  method: string,
): number | undefined {
  const value = given[member];
  if (value === undefined || value === null) return undefined;
  const at = value instanceof Date ? value.getTime() : value;
  if (isInstant(at) && at > LONGEST_SECONDS) return at;
  const hint = isInstant(at) && at > 0 ? ': are these seconds? multiply by 1000' : '';
  throw new TypeError(`${method}: \`${member}\` must be a Date or epoch ms${hint}`);
}
