import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { jwkPurposeProblem } from '../../jose/jwk-purpose.js';
import { keyIdProblem } from '../../jose/key-id.js';
import { type Jwk, readKey } from '../../jose/key-material.js';
import { KeyMaterialError } from '../../jose/key-material-error.js';
import { fitsAlgorithm, keyProblem, naturalAlgorithm } from '../../jose/key-strength.js';
import { isSigningAlgorithm } from '../../jose/signing-algorithm.js';
import { isObject } from '../../kernel/configuration/option-reader.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import type { PresentedAssertion } from './presented-assertion.js';

// The private and symmetric members of keys (RFC 7518 §6).
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

// To read a key takes longer than to verify with it: whoever is refused would tell by the time that there is such a client.
// They are kept by what they say, so what is registered counts as it is now.
const MAX_KEPT = 1000;
const kept = new LRUCache<string, KeyObject>({ max: MAX_KEPT });

/** Why something can't be a registered key of a client, or `undefined` when it can. Never quotes the key. */
export function clientKeyProblem(jwk: unknown): string | undefined {
  if (!isObject(jwk)) return 'expected a public key as JWK (RFC 7517 §4)';
  if (SECRET_MEMBERS.some((name) => name in jwk))
    return 'this key is a secret: register its public half only, the client alone has the other one';
  const key = readableKey(jwk);
  if (typeof key === 'string') return key;
  const { alg = naturalAlgorithm(key), kid } = jwk;
  if (!isSigningAlgorithm(alg)) return 'the key is for none of RS, PS and ES 256-512';
  return keyProblem(key, alg) ?? jwkPurposeProblem(jwk, 'verify') ?? keyIdProblem(kid);
}

/** Keys of a client that may have signed an assertion with such a header. */
export function keysFor(
  client: OAuthClient | undefined,
  { algorithm, keyId }: Pick<PresentedAssertion, 'algorithm' | 'keyId'>,
): readonly KeyObject[] {
  const registered = client?.jwks?.keys ?? [];
  return registered
    .filter(({ kid }) => keyId === undefined || kid === undefined || kid === keyId)
    .filter(({ alg }) => alg === undefined || alg === algorithm)
    .map(publicKey)
    .filter((key) => fitsAlgorithm(key, algorithm));
}

function readableKey(jwk: Jwk): KeyObject | string {
  try {
    return publicKey(jwk);
  } catch (error) {
    if (error instanceof KeyMaterialError) return error.message;
    throw error;
  }
}

/** @throws KeyMaterialError */
function publicKey(jwk: Jwk): KeyObject {
  const { kty, crv, x, y, n, e } = jwk;
  const name = JSON.stringify([kty, crv, x, y, n, e]);
  const known = kept.get(name);
  if (known !== undefined) return known;
  const key = readKey(jwk);
  if (key.type === 'public') kept.set(name, key);
  return key;
}
