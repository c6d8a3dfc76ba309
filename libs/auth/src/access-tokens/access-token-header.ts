import { type SigningAlgorithm, isSigningAlgorithm } from '../keys/material/signing-algorithm.js';
import { invalidToken } from './invalid-token.js';
import type { JsonObject } from './strict-json.js';

/** What the header of an access token has to say. */
export interface AccessTokenHeader {
  readonly algorithm: SigningAlgorithm;
  readonly kid: string;
}

// RFC 9068 §4: either spelling of the media type.
const ACCESS_TOKEN_TYPES = new Set(['at+jwt', 'application/at+jwt']);

// Keys that a token brings along or points to are never used (RFC 8725 §3.10); extensions are not understood (RFC 7515
// §4.1.11), nor are compression and nesting.
const REFUSED = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c', 'zip', 'enc', 'cty'];

const KEY_ID = /^[\x21-\x7e]{1,256}$/;

/**
 * Checks the header of an access token. `otherTypes` (small letters) are accepted as well, `none` for a missing one.
 *
 * @throws AuthError `invalid_token`
 */
export function readAccessTokenHeader(
  header: JsonObject,
  otherTypes: ReadonlySet<string> = new Set(),
): AccessTokenHeader {
  const { alg, typ, kid } = header;
  if (!isSigningAlgorithm(alg)) throw invalidToken('the algorithm is not one that tokens are signed with');
  if (!isTypeAccepted(typ, otherTypes)) throw invalidToken('the type is not that of an access token');
  if (REFUSED.some((name) => Object.hasOwn(header, name))) {
    throw invalidToken('the header has a member that access tokens must not have');
  }
  if (typeof kid !== 'string' || !KEY_ID.test(kid)) throw invalidToken('the key id is missing or malformed');
  return { algorithm: alg, kid };
}

function isTypeAccepted(typ: unknown, otherTypes: ReadonlySet<string>): boolean {
  if (typ === undefined) return otherTypes.has('none');
  // RFC 2045 §5.1: media types are compared without regard to case.
  const type = typeof typ === 'string' ? typ.toLowerCase() : undefined;
  return type !== undefined && type !== 'none' && (ACCESS_TOKEN_TYPES.has(type) || otherTypes.has(type));
}
