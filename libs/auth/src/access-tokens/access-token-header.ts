import { headerProblem } from '../jose/header-problem.js';
import { KEY_ID } from '../jose/key-id.js';
import { type SigningAlgorithm, isSigningAlgorithm } from '../jose/signing-algorithm.js';
import { invalidToken } from './invalid-token.js';
import type { JsonObject } from '../jose/strict-json.js';

/** What the header of a token has to say. */
export interface TokenHeader {
  readonly algorithm: SigningAlgorithm;
  readonly kid: string;
}

// RFC 9068 §4: either spelling of the media type.
export const ACCESS_TOKEN_TYPES = new Set(['at+jwt', 'application/at+jwt']);

/**
 * Checks the header of an access token. `otherTypes` (small letters) are accepted as well, `none` for a missing one.
 *
 * @throws AuthError `invalid_token`
 */
export function readAccessTokenHeader(
  header: JsonObject,
  otherTypes: ReadonlySet<string> = new Set(),
): TokenHeader {
  if (!isTypeAccepted(header['typ'], otherTypes))
    throw invalidToken('the type is not that of an access token');
  return readTokenHeader(header);
}

/** Checks the header of a token of any kind, all but its type. @throws AuthError `invalid_token` */
export function readTokenHeader(header: JsonObject): TokenHeader {
  const { alg, kid } = header;
  if (!isSigningAlgorithm(alg)) throw invalidToken('the algorithm is not one that tokens are signed with');
  const problem = headerProblem(header);
  if (problem !== undefined) throw invalidToken(problem);
  if (typeof kid !== 'string' || !KEY_ID.pattern.test(kid))
    throw invalidToken('the key id is missing or malformed');
  return { algorithm: alg, kid };
}

function isTypeAccepted(typ: unknown, otherTypes: ReadonlySet<string>): boolean {
  if (typ === undefined) return otherTypes.has('none');
  // RFC 2045 §5.1: media types are compared without regard to case.
  const type = typeof typ === 'string' ? typ.toLowerCase() : undefined;
  return type !== undefined && type !== 'none' && (ACCESS_TOKEN_TYPES.has(type) || otherTypes.has(type));
}
