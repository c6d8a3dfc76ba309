import type { JsonObject } from '../jose/strict-json.js';
import { isInstant, numericDate } from '../kernel/clock.js';
import { constantTimeEqual, digest } from '../kernel/opaque.js';
import { isIdentifier } from '../kernel/text.js';
import { normalisedUri } from './target-uri.js';

/** What the claims of a proof are checked against. */
export interface ProofExpectations {
  /** Of the request (RFC 9110 §9): in capital letters. */
  readonly method: string;
  /** Normalised; `undefined` for a request to nowhere, for which no proof is good. */
  readonly uri: string | undefined;
  /** The access token that comes along with the proof; `undefined` where tokens are asked for. */
  readonly accessToken: string | undefined;
  /** How far `iat` may be from now, in either direction. */
  readonly windowMs: number;
  readonly now: number;
}

/** Claims that are good once. */
export interface ProofClaims {
  /** `jti`. */
  readonly tokenId: string;
  /** How long the proof could be shown again. */
  readonly leftMs: number;
}

const LONGEST_TOKEN_ID = 256;

/** What a proof says (RFC 9449 §4.3), or why that isn't good. Signature and nonce are checked elsewhere. */
export function readProofClaims(
  claims: JsonObject,
  { method, uri, accessToken, windowMs, now }: ProofExpectations,
): ProofClaims | string {
  const { jti, htm, htu, iat, ath } = claims;
  if (!isIdentifier(jti) || jti.length > LONGEST_TOKEN_ID) return 'the claim jti is missing or malformed';
  if (htm !== method) return 'it is for another method';
  if (typeof htu !== 'string' || uri === undefined || normalisedUri(htu) !== uri)
    return 'it is for another address: see dpop.baseUrl';
  const issuedAt = numericDate(iat);
  if (!isInstant(issuedAt)) return 'the claim iat is missing or malformed';
  if (now - issuedAt > windowMs) return 'it is too old';
  if (issuedAt - now > windowMs) return 'it was made in the future';
  if (accessToken !== undefined && !isHashOf(ath, accessToken)) return 'it is for another access token';
  return { tokenId: jti, leftMs: issuedAt + windowMs - now };
}

function isHashOf(ath: unknown, accessToken: string): boolean {
  return typeof ath === 'string' && constantTimeEqual(ath, digest(accessToken));
}
