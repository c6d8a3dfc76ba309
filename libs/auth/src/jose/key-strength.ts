import type { KeyObject } from 'node:crypto';
import {
  type SigningAlgorithm,
  algorithmTraits,
  isHmac,
  secretBits,
  signingAlgorithms,
} from './signing-algorithm.js';
import { secretProblem } from './secret-strength.js';

// RFC 7518 §3.3, §3.5.
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;

/** Why a key can't serve an algorithm safely, or `undefined` when it can. Never quotes the key. */
export function keyProblem(key: KeyObject, algorithm: SigningAlgorithm): string | undefined {
  if (key.type === 'secret') {
    if (!isHmac(algorithm)) return `${algorithm} needs a key pair, not a secret`;
    return secretProblem(key.export(), secretBits(algorithm));
  }
  return asymmetricProblem(key, algorithm);
}

/** Whether a key is of the kind an algorithm needs, whatever its size. */
export function fitsAlgorithm(key: KeyObject, algorithm: SigningAlgorithm): boolean {
  return key.type === 'secret' ? isHmac(algorithm) : kindProblem(key, algorithm) === undefined;
}

/** The algorithm a key is for when none was named, or `undefined` when no supported one fits. */
export function naturalAlgorithm(key: KeyObject): SigningAlgorithm | undefined {
  if (key.type === 'secret') return 'HS256';
  return (Object.keys(signingAlgorithms) as SigningAlgorithm[]).find((algorithm) =>
    fitsAlgorithm(key, algorithm),
  );
}

function asymmetricProblem(key: KeyObject, algorithm: SigningAlgorithm): string | undefined {
  const problem = kindProblem(key, algorithm);
  if (problem !== undefined) return problem;
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits === undefined) return undefined;
  if (bits < MIN_RSA_BITS) return `the RSA key has ${bits} bits, at least ${MIN_RSA_BITS} are needed`;
  // A modulus of megabytes would make each verification a denial of service.
  if (bits > MAX_RSA_BITS) return `the RSA key has ${bits} bits, at most ${MAX_RSA_BITS} are accepted`;
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n;
  if (exponent < 65537n || exponent >= 2n ** 32n)
    return 'the public exponent of the RSA key is not a sound one';
  return undefined;
}

function kindProblem(key: KeyObject, algorithm: SigningAlgorithm): string | undefined {
  if (isHmac(algorithm)) return `${algorithm} needs a secret: a public or private key must never be one`;
  const { family, curve } = algorithmTraits(algorithm);
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return family === 'EC' ? `${algorithm} needs an EC key, not RSA` : undefined;
    case 'rsa-pss':
      return 'a key limited to RSASSA-PSS has no JWK form: use a plain RSA key, which serves PS256 as well';
    case 'ec':
      return key.asymmetricKeyDetails?.namedCurve === curve
        ? undefined
        : `the EC key's curve is not that of ${algorithm}`;
    default:
      return `a key of type ${key.asymmetricKeyType ?? 'unknown'} is not supported (several popular verifiers can't read it)`;
  }
}
