import { type KeyOverlap, type KeySet, type SigningKey, canSign, keyStateAt } from '../signing-key.js';

/** When the keys were looked at, and how long old and new ones overlap. */
export interface Succession extends KeyOverlap {
  readonly now: number;
}

/**
 * The keys of an instance that knew `known` and now finds `found`, the first of which is to sign. A new first key signs
 * one pre-publication time later, when every other instance has looked as well; until then the known one goes on
 * signing, and it verifies for a while after that, be it still listed or not.
 */
export function succeededKeys(known: KeySet, found: KeySet, succession: Succession): KeySet {
  const [first, ...listed] = found;
  if (first === undefined || !canSign(first)) return known;
  const successor = succeeding(first, known, succession);
  const signed = known.flatMap((key) =>
    canSign(key) && key.kid !== first.kid ? endedSigner(key, successor.lifetime.activeFrom, succession) : [],
  );
  const isListed = ({ kid }: SigningKey): boolean => listed.some((key) => key.kid === kid);
  const gone = signed.filter((key) => !isListed(key));
  return [...gone, ...listed.map((key) => stillSigning(signed, key.kid, succession.now) ?? key), successor];
}

/** A first key that signs already, or is about to, goes on so; any other begins later. */
function succeeding(first: SigningKey, known: KeySet, { now, prePublishMs }: Succession): SigningKey {
  const same = known.find((key) => key.kid === first.kid && canSign(key));
  const isInUse = same !== undefined && ['active', 'pending'].includes(keyStateAt(same.lifetime, now));
  const activeFrom = isInUse ? same.lifetime.activeFrom : now + prePublishMs;
  return { ...first, lifetime: { ...first.lifetime, activeFrom } };
}

/** An old signer, as long as there may be tokens of it: one that was only about to sign has left none. */
function endedSigner(key: SigningKey, takesOver: number, { now, retireAfterMs }: Succession): SigningKey[] {
  switch (keyStateAt(key.lifetime, now)) {
    case 'active':
      return [
        {
          ...key,
          lifetime: { ...key.lifetime, retiringFrom: takesOver, retiredFrom: takesOver + retireAfterMs },
        },
      ];
    case 'retiring':
      return [key];
    default:
      return [];
  }
}

// One that is listed verifies for as long as it is, but its turn to sign isn't over yet.
function stillSigning(signed: readonly SigningKey[], kid: string, now: number): SigningKey | undefined {
  const key = signed.find((each) => each.kid === kid && keyStateAt(each.lifetime, now) === 'active');
  return key && { ...key, lifetime: { ...key.lifetime, retiredFrom: Infinity } };
}
