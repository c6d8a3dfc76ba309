import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { algorithmTraits, type SigningAlgorithm } from '../../jose/signing-algorithm.js';

const MODULUS_BYTES = 256;

/** Keys that nobody can sign for: with them an unknown client costs what a known one does. */
export class NobodysKeys {
  private readonly known = new Map<string, KeyObject>();

  /** One of the kind that an algorithm needs. */
  for(algorithm: SigningAlgorithm): KeyObject {
    const { family, curve } = algorithmTraits(algorithm);
    const kind = curve ?? family;
    const known = this.known.get(kind);
    if (known !== undefined) return known;
    const key = curve === undefined ? anyModulus() : curveKey(curve);
    this.known.set(kind, key);
    return key;
  }
}

function curveKey(namedCurve: string): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).publicKey;
}

// A verification takes as long whether or not somebody knows the factors, and to make a key pair takes a tenth of a second.
function anyModulus(): KeyObject {
  const modulus = randomBytes(MODULUS_BYTES);
  modulus.writeUInt8(modulus.readUInt8(0) | 0x80, 0);
  modulus.writeUInt8(modulus.readUInt8(MODULUS_BYTES - 1) | 1, MODULUS_BYTES - 1);
  const key = { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' };
  return createPublicKey({ key, format: 'jwk' });
}
