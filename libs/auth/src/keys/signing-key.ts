import { type KeyObject, createPublicKey } from 'node:crypto';
import { keyIdOf, publicJwkOf } from './material/key-id.js';
import { type KeyLife, PERMANENT, VERIFY_ONLY } from './key-life.js';
import { LocalSigner, type Signer } from './signer.js';
import type { SigningAlgorithm } from './material/signing-algorithm.js';

/** A key that verifies tokens of exactly one algorithm. */
export interface VerificationKey {
  /** `kid`: RFC 7638 thumbprint unless the host or a remote issuer chose one. */
  readonly kid: string;
  /** The one algorithm this key verifies: the allow-list of RFC 8725 §3.1, per key. */
  readonly algorithm: SigningAlgorithm;
  /** Parsed public key, or the secret of an HMAC algorithm. */
  readonly key: KeyObject;
  /** What the JWKS shows; `undefined` for a secret. */
  readonly publicJwk: Readonly<Record<string, string>> | undefined;
  readonly life: KeyLife;
}

/** A key that can also sign. */
export interface SigningKey extends VerificationKey {
  readonly signer: Signer;
}

/** The keys of one source at one time; at most one of them is `active` at any instant. */
export type KeySet = readonly (VerificationKey | SigningKey)[];

/** Whether a key can sign. */
export function canSign(key: VerificationKey): key is SigningKey {
  return 'signer' in key;
}

/** A verification key of a public or secret key. */
export function verificationKey(
  key: KeyObject,
  algorithm: SigningAlgorithm,
  { kid, life = VERIFY_ONLY }: { readonly kid?: string | undefined; readonly life?: KeyLife } = {},
): VerificationKey {
  const id = kid ?? keyIdOf(key, algorithm);
  const jwk = publicJwkOf(key);
  return {
    kid: id,
    algorithm,
    key: key.type === 'private' ? createPublicKey(key) : key,
    publicJwk: jwk && { ...jwk, kid: id, use: 'sig', alg: algorithm },
    life,
  };
}

/** A signing key of a private or secret key held by this process. */
export function localSigningKey(
  key: KeyObject,
  algorithm: SigningAlgorithm,
  { kid, life = PERMANENT }: { readonly kid?: string | undefined; readonly life?: KeyLife } = {},
): SigningKey {
  return { ...verificationKey(key, algorithm, { kid, life }), signer: new LocalSigner(key, algorithm) };
}

/** A signing key whose private part is elsewhere: its public key and the {@link Signer} that reaches it. */
export function externalSigningKey(
  publicKey: KeyObject,
  algorithm: SigningAlgorithm,
  signer: Signer,
  { kid, life = PERMANENT }: { readonly kid?: string | undefined; readonly life?: KeyLife } = {},
): SigningKey {
  return { ...verificationKey(publicKey, algorithm, { kid, life }), signer };
}
