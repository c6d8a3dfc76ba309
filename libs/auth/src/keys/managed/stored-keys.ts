import { readKey } from '../../jose/key-material.js';
import { type KeyOverlap, keyStateAt, type VerificationKey } from '../signing-key.js';
import { keyProblem } from '../../jose/key-strength.js';
import { type SigningAlgorithm, isSigningAlgorithm } from '../../jose/signing-algorithm.js';
import { type SigningKey, localSigningKey } from '../signing-key.js';

/** A generated key as it is kept: plain data, private part included. */
export interface StoredKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  readonly activeFrom: number;
  /** `null`: not foreseen. */
  readonly retiringFrom: number | null;
  readonly retiredFrom: number | null;
}

/** All generated keys; the version grows by one with each replacement. */
export interface StoredKeys {
  readonly version: number;
  readonly keys: readonly StoredKey[];
}

/** A fresh key, not yet in use. */
export type KeyMaterial = Pick<StoredKey, 'kid' | 'algorithm' | 'privateJwk'>;

/** The first keys ever: one that signs at once. */
export function firstKeys(fresh: KeyMaterial, now: number): StoredKeys {
  return { version: 1, keys: [signingFrom(fresh, now)] };
}

/** The next keys: `fresh` is published now and takes over one pre-publication time later; then the old ones retire. */
export function rotatedKeys(
  current: StoredKeys,
  fresh: KeyMaterial,
  now: number,
  overlap: KeyOverlap,
): StoredKeys {
  const takesOver = now + overlap.prePublishMs;
  const retiring = current.keys
    .filter((key) => keyStateAt(lifetimeOf(key), now) !== 'retired')
    .map((key) => ({
      ...key,
      retiringFrom: key.retiringFrom ?? takesOver,
      retiredFrom: key.retiredFrom ?? takesOver + overlap.retireAfterMs,
    }));
  return { version: current.version + 1, keys: [...retiring, signingFrom(fresh, takesOver)] };
}

/** The next keys after a compromise: nothing of what was kept beside the compromised key is trusted any more. */
export function replacedKeys(current: StoredKeys, fresh: KeyMaterial, now: number): StoredKeys {
  return { version: current.version + 1, keys: [signingFrom(fresh, now)] };
}

/** The key in use at an instant; a pending one has yet to take over. */
export function keyInState(
  stored: StoredKeys,
  state: 'active' | 'pending',
  now: number,
): StoredKey | undefined {
  return stored.keys.find((key) => keyStateAt(lifetimeOf(key), now) === state);
}

/** The usable form of a stored key. @throws Error when it isn't sound */
export function openStoredKey(stored: StoredKey): SigningKey {
  const { kid, algorithm, privateJwk } = stored;
  const key = readKey(privateJwk);
  const problem = isSigningAlgorithm(algorithm) ? keyProblem(key, algorithm) : 'its algorithm is unknown';
  if (problem !== undefined) throw new Error(`the stored key ${kid} can't be used: ${problem}`);
  return localSigningKey(key, algorithm, { kid, lifetime: lifetimeOf(stored) });
}

function signingFrom(fresh: KeyMaterial, activeFrom: number): StoredKey {
  return { ...fresh, activeFrom, retiringFrom: null, retiredFrom: null };
}

function lifetimeOf({ activeFrom, retiringFrom, retiredFrom }: StoredKey): VerificationKey['lifetime'] {
  return { activeFrom, retiringFrom: retiringFrom ?? Infinity, retiredFrom: retiredFrom ?? Infinity };
}
