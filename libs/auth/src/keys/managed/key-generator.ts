import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { keyIdOf } from '../../jose/key-id.js';
import { type SigningAlgorithm, algorithmTraits, isHmac } from '../../jose/signing-algorithm.js';
import type { KeyMaterial } from './stored-keys.js';

const generate = promisify(generateKeyPair);

/** Makes a key pair off the main thread. @throws TypeError for HMAC algorithms, whose secrets are not generated */
export async function generateKey(algorithm: SigningAlgorithm, rsaBits = 2048): Promise<KeyMaterial> {
  if (isHmac(algorithm)) throw new TypeError(`${algorithm} needs a secret from the host`);
  const privateKey = await generatePrivateKey(algorithm, rsaBits);
  return {
    kid: keyIdOf(privateKey, algorithm),
    algorithm,
    privateJwk: { ...privateKey.export({ format: 'jwk' }) },
  };
}

async function generatePrivateKey(algorithm: SigningAlgorithm, modulusLength: number): Promise<KeyObject> {
  const { curve } = algorithmTraits(algorithm);
  const { privateKey } =
    curve === undefined
      ? await generate('rsa', { modulusLength, publicExponent: 65537 })
      : await generate('ec', { namedCurve: curve });
  return privateKey;
}
