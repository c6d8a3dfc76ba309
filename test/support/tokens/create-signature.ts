import { type KeyObject, constants, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { algorithmTraits, type SigningAlgorithm } from '../../../libs/auth/src/jose/signing-algorithm.js';

const signOffThread = promisify(sign);

/** A JWS signature as a KMS that does everything right would answer it. */
export function createSignature(
  algorithm: SigningAlgorithm,
  key: KeyObject,
  input: Uint8Array,
): Promise<Buffer> {
  const { family, hash } = algorithmTraits(algorithm);
  const padding = {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
  return signOffThread(hash, input, {
    key,
    dsaEncoding: 'ieee-p1363',
    ...(family === 'RSA-PSS' && padding),
  });
}
