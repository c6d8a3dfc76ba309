import { parseCompactJws } from '../../jose/compact-jws.js';
import { headerProblem } from '../../jose/header-problem.js';
import { isHmac, isSigningAlgorithm, type SigningAlgorithm } from '../../jose/signing-algorithm.js';
import { type JsonObject, parseStrictObject } from '../../jose/strict-json.js';
import { AuthError } from '../../kernel/auth-error.js';
import { isIdentifier } from '../../kernel/text.js';

/** The one value of `client_assertion_type` (RFC 7523 §2.2). */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A client assertion as it was sent; nothing of it is verified. */
export interface PresentedAssertion {
  readonly text: string;
  readonly algorithm: SigningAlgorithm;
  /** `kid`. */
  readonly keyId: unknown;
  readonly claims: JsonObject;
  /** `sub`, which is the client (RFC 7523 §3). */
  readonly clientId: string;
}

const MAX_BYTES = 8192;
// RFC 8725 §3.11: no token of another kind is an assertion. Most clients say nothing, or what all tokens are.
const TYPES: readonly unknown[] = [
  undefined,
  'jwt',
  'application/jwt',
  'client-authentication+jwt',
  'application/client-authentication+jwt',
];

/** Takes a client assertion apart. @throws AuthError `invalid_client` when it can be none */
export function readAssertion(text: string): PresentedAssertion {
  const jws = parseCompactJws(text, MAX_BYTES);
  if ('fault' in jws) throw notAccepted(jws.fault);
  const { alg, typ, kid: keyId } = jws.header;
  const problem = headerProblem(jws.header);
  if (problem !== undefined) throw notAccepted(problem);
  if (!TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : typ))
    throw notAccepted('the type is not that of a client assertion');
  // A public key must never be taken for a secret.
  if (!isSigningAlgorithm(alg) || isHmac(alg)) throw notAccepted('the algorithm is none of key pairs');
  const claims = parseStrictObject(jws.payload);
  if (claims === undefined) throw notAccepted('the claims are not a plain JSON object');
  const { sub: clientId } = claims;
  if (!isIdentifier(clientId)) throw notAccepted('the claim sub is missing or malformed');
  return { text, algorithm: alg, keyId, claims, clientId };
}

function notAccepted(detail: string): AuthError {
  return new AuthError('invalid_client', { detail: `client assertion: ${detail}` });
}
