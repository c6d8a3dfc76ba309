import type { KeyObject } from 'node:crypto';
import { headerProblem } from '../jose/header-problem.js';
import { jwkThumbprint, publicJwkOf } from '../jose/key-id.js';
import { type Jwk, readKey } from '../jose/key-material.js';
import { KeyMaterialError } from '../jose/key-material-error.js';
import { jwkPurposeProblem } from '../jose/jwk-purpose.js';
import { keyProblem } from '../jose/key-strength.js';
import { isHmac, isSigningAlgorithm, type SigningAlgorithm } from '../jose/signing-algorithm.js';
import type { JsonObject } from '../jose/strict-json.js';
import { isObject } from '../kernel/configuration/option-reader.js';

/** What the header of a proof says, as far as it is sound. */
export interface ProofHeader {
  readonly algorithm: SigningAlgorithm;
  readonly key: KeyObject;
  /** RFC 7638 thumbprint of the key. */
  readonly jkt: string;
}

// The private and symmetric members of keys (RFC 7518 §6).
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
/** The members that make a public key, by `kty`: nothing else of it is looked at. */
const PUBLIC_MEMBERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['EC', ['kty', 'crv', 'x', 'y']],
  ['RSA', ['kty', 'n', 'e']],
]);

/** Reads the header of a proof (RFC 9449 §4.2), or says why it isn't good. */
export function readProofHeader({ jwk, ...header }: JsonObject): ProofHeader | string {
  const { alg, typ, kid } = header;
  if (typ !== 'dpop+jwt') return 'the type is not that of a proof';
  // A public key must never be taken for a secret.
  if (!isSigningAlgorithm(alg) || isHmac(alg)) return 'the algorithm is none of key pairs';
  const problem = headerProblem(header);
  if (problem !== undefined) return problem;
  // It names no key of ours: the key is the one that is in the header.
  if (kid !== undefined && typeof kid !== 'string') return 'the key id is malformed';
  const key = publicKeyOf(jwk);
  if (typeof key === 'string') return key;
  const unfit = keyProblem(key, alg) ?? purposeProblem(jwk as Jwk, alg);
  if (unfit !== undefined) return unfit;
  // Of the key and not of its text, which may be spelt in several ways.
  return { algorithm: alg, key, jkt: jwkThumbprint(publicJwkOf(key) ?? {}) };
}

function publicKeyOf(jwk: unknown): KeyObject | string {
  if (!isObject(jwk)) return 'the header has no key';
  if (SECRET_MEMBERS.some((name) => Object.hasOwn(jwk, name))) return 'the key in the header is a secret one';
  const names = PUBLIC_MEMBERS.get(jwk['kty']);
  if (names?.every((name) => typeof jwk[name] === 'string') !== true)
    return 'the key in the header is neither RSA nor EC';
  try {
    return readKey(Object.fromEntries(names.map((name) => [name, jwk[name]])));
  } catch (error) {
    if (error instanceof KeyMaterialError) return 'the key in the header is none';
    throw error;
  }
}

function purposeProblem(jwk: Jwk, algorithm: SigningAlgorithm): string | undefined {
  if (jwk['alg'] !== undefined && jwk['alg'] !== algorithm) return 'the key is for another algorithm';
  return jwkPurposeProblem(jwk, 'verify');
}
