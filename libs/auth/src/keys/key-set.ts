import { type KeySet, type SigningKey, type VerificationKey, canSign, keyStateAt } from './signing-key.js';

/** Keys by their `kid`. */
export type KeysByName = ReadonlyMap<string, readonly VerificationKey[]>;

// Issuers reuse a `kid` while they replace a key, perhaps for another algorithm; more than a few would be work for nothing.
const MAX_NAMESAKES = 4;

/** The keys of each `kid`: one, unless the issuer uses the name twice. */
export function namesakes(keys: KeySet): KeysByName {
  const byKid = new Map<string, VerificationKey[]>();
  for (const key of keys) {
    const known = byKid.get(key.kid) ?? [];
    if (known.length < MAX_NAMESAKES) byKid.set(key.kid, [...known, key]);
  }
  return byKid;
}

/**
 * The keys as they are to be kept: a source may parse its keys anew on each look, but what was verified with the same key
 * stays verified.
 */
export function sameAsBefore(keys: KeySet, known: KeysByName): KeySet {
  return keys.map((key) => {
    const before = known
      .get(key.kid)
      ?.find((each) => each.algorithm === key.algorithm && each.key.equals(key.key));
    return before === undefined ? key : { ...key, key: before.key };
  });
}

/** The key that signs at an instant, or is the next to; `undefined` where there is none. */
export function signerAt(keys: KeySet, now: number): SigningKey | undefined {
  const signers = keys.filter(canSign);
  const inState = (state: string): SigningKey | undefined =>
    signers.find(({ lifetime }) => keyStateAt(lifetime, now) === state);
  // Pending: the clock of the instance that made the very first key is ahead of ours.
  return inState('active') ?? inState('pending');
}

/**
 * The signing key that ends last, and when, be it past: then nothing signs any more. `undefined` where none ends, or there is
 * none.
 */
export function lastToSign(keys: KeySet): { readonly kid: string; readonly expiresAt: number } | undefined {
  const ends = keys
    .filter(canSign)
    .map(({ kid, lifetime }) => ({
      ...lifetime,
      kid,
      expiresAt: Math.min(lifetime.retiringFrom, lifetime.retiredFrom),
    }))
    // Others never were to sign, so they don't end.
    .filter(({ activeFrom, expiresAt }) => activeFrom < expiresAt)
    .map(({ kid, expiresAt }) => ({ kid, expiresAt }))
    .sort((one, other) => other.expiresAt - one.expiresAt);
  return ends[0]?.expiresAt === Infinity ? undefined : ends[0];
}

/** Whether the active key is that old, and none is about to follow it. */
export function isOlderThan(keys: KeySet, ageMs: number, now: number): boolean {
  const states = keys.map(({ lifetime }) => ({ lifetime, state: keyStateAt(lifetime, now) }));
  if (states.some(({ state }) => state === 'pending')) return false;
  return states.some(({ lifetime, state }) => state === 'active' && now - lifetime.activeFrom >= ageMs);
}
