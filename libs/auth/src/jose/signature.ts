import { type KeyObject, constants, createHmac, timingSafeEqual, verify } from 'node:crypto';
import { fitsAlgorithm } from './key-strength.js';
import { type SigningAlgorithm, algorithmTraits } from './signing-algorithm.js';

type KeyParameters = Parameters<typeof verify>[2];

/** Whether a signature is that of the input, under the key and the algorithm that the check was made for. */
export type SignatureCheck = (input: Uint8Array, signature: Uint8Array) => boolean;

/** Whether `signature` is the JWS signature of `input` under `key` (public or secret): for EC keys `r || s` (RFC 7518 §3.4), not DER. */
export function isSignatureValid(
  algorithm: SigningAlgorithm,
  key: KeyObject,
  input: Uint8Array,
  signature: Uint8Array,
): boolean {
  return signatureCheck(algorithm, key)(input, signature);
}

/** {@link isSignatureValid} for many signatures of one key. One that isn't of the kind that the algorithm needs has signed nothing. */
export function signatureCheck(algorithm: SigningAlgorithm, key: KeyObject): SignatureCheck {
  if (!fitsAlgorithm(key, algorithm)) return () => false;
  const { hash } = algorithmTraits(algorithm);
  if (key.type === 'secret') return hmacCheck(hash, key);
  const parameters = parametersFor(algorithm, key);
  return (input, signature) => verify(hash, input, parameters, signature);
}

function hmacCheck(hash: string, key: KeyObject): SignatureCheck {
  return (input, signature) => {
    const expected = createHmac(hash, key).update(input).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  };
}

function parametersFor(algorithm: SigningAlgorithm, key: KeyObject): KeyParameters {
  switch (algorithmTraits(algorithm).family) {
    case 'EC':
      return { key, dsaEncoding: 'ieee-p1363' };
    case 'RSA-PSS':
      // RFC 7518 §3.5: the salt is as long as the hash.
      return {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      };
    default:
      return key;
  }
}
