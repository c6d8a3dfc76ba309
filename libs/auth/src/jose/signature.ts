import {
  type KeyObject,
  type SignKeyObjectInput,
  type VerifyKeyObjectInput,
  constants,
  createHmac,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { type SigningAlgorithm, algorithmTraits } from './signing-algorithm.js';

type KeyParameters = SignKeyObjectInput & VerifyKeyObjectInput;

/** Whether `signature` is the JWS signature of `input` under `key` (public or secret): for EC keys `r || s` (RFC 7518 §3.4), not DER. */
export function isSignatureValid(
  algorithm: SigningAlgorithm,
  key: KeyObject,
  input: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { hash } = algorithmTraits(algorithm);
  if (key.type !== 'secret') return verify(hash, input, parametersFor(algorithm, key), signature);
  const expected = createHmac(hash, key).update(input).digest();
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

/** The JWS signature of `input` under `key` (private or secret), as {@link isSignatureValid} has it. */
export function signatureOf(algorithm: SigningAlgorithm, key: KeyObject, input: Uint8Array): Buffer {
  const { hash } = algorithmTraits(algorithm);
  if (key.type !== 'secret') return sign(hash, input, parametersFor(algorithm, key));
  return createHmac(hash, key).update(input).digest();
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
      return { key };
  }
}
