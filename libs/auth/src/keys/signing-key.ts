import { type KeyObject, createPublicKey } from 'node:crypto';
import { keyIdOf, publicJwkOf } from '../jose/key-id.js';
import type { Signer } from './signer.js';
import { LocalTokenSigner, RemoteTokenSigner, type TokenSigner } from './token-signer.js';
import type { SigningAlgorithm } from '../jose/signing-algorithm.js';

/** The instants (epoch ms) at which a key changes state; `Infinity` for one that isn't foreseen. */
type KeyLifetime = {
  /** Signs from here on; published before. */
  readonly activeFrom: number;
  /** Signs no more, still verifies. */
  readonly retiringFrom: number;
  /** Neither signs nor verifies. */
  readonly retiredFrom: number;
};

/** How long old and new keys overlap, so that nobody meets a token whose key is not known there. */
export interface KeyOverlap {
  /** How long a new key is known before it signs. */
  readonly prePublishMs: number;
  /** How long an old key verifies after its last signature. */
  readonly retireAfterMs: number;
}

/** `pending`: published, not signing; `active`: signs; `retiring`: verifies only; `retired`: gone. */
export type KeyState = 'pending' | 'active' | 'retiring' | 'retired';

/** A key that signs from the beginning and for ever: one that the host configured. */
export const PERMANENT: KeyLifetime = { activeFrom: 0, retiringFrom: Infinity, retiredFrom: Infinity };

/** A key that only verifies, for as long as it is there. */
export const VERIFY_ONLY: KeyLifetime = { activeFrom: 0, retiringFrom: 0, retiredFrom: Infinity };

/** State of a key at an instant. Instants, not messages, drive it: all instances change over at the same time. */
export function keyStateAt(lifetime: KeyLifetime, now: number): KeyState {
  if (now >= lifetime.retiredFrom) return 'retired';
  if (now >= lifetime.retiringFrom) return 'retiring';
  return now >= lifetime.activeFrom ? 'active' : 'pending';
}

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
  readonly lifetime: KeyLifetime;
}

/** A key that can also sign. */
export interface SigningKey extends VerificationKey {
  /** @internal */
  readonly signer: TokenSigner;
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
  {
    kid,
    lifetime = VERIFY_ONLY,
  }: { readonly kid?: string | undefined; readonly lifetime?: KeyLifetime } = {},
): VerificationKey {
  const id = kid ?? keyIdOf(key, algorithm);
  const jwk = publicJwkOf(key);
  return {
    kid: id,
    algorithm,
    key: key.type === 'private' ? createPublicKey(key) : key,
    publicJwk: jwk && { ...jwk, kid: id, use: 'sig', alg: algorithm },
    lifetime,
  };
}

/** A signing key of a private or secret key held by this process. */
export function localSigningKey(
  key: KeyObject,
  algorithm: SigningAlgorithm,
  { kid, lifetime = PERMANENT }: { readonly kid?: string | undefined; readonly lifetime?: KeyLifetime } = {},
): SigningKey {
  const verifies = verificationKey(key, algorithm, { kid, lifetime });
  return { ...verifies, signer: new LocalTokenSigner(verifies.kid, algorithm, key) };
}

/** A signing key whose private part is elsewhere: its public key and the {@link Signer} that reaches it. */
export function externalSigningKey(
  publicKey: KeyObject,
  algorithm: SigningAlgorithm,
  signer: Signer,
  { kid, lifetime = PERMANENT }: { readonly kid?: string | undefined; readonly lifetime?: KeyLifetime } = {},
): SigningKey {
  const verifies = verificationKey(publicKey, algorithm, { kid, lifetime });
  return { ...verifies, signer: new RemoteTokenSigner(verifies, signer) };
}
