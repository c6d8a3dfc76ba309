import { lastToSign } from './key-set.js';
import { type KeySet, PERMANENT, VERIFY_ONLY } from './signing-key.js';

const NOW = 1_700_000_000_000;
const HOUR_MS = 3_600_000;

function signs(kid: string, lifetime: object) {
  return { kid, signer: {}, lifetime: { ...PERMANENT, ...lifetime } };
}

function lastOf(...keys: object[]) {
  return lastToSign(keys as unknown as KeySet);
}

describe('[15] the last key to sign', () => {
  const past = signs('past', { retiringFrom: NOW - 2 * HOUR_MS });
  const later = signs('later', { retiringFrom: NOW - HOUR_MS, retiredFrom: NOW });

  it('is the one with the latest end, and stays known once that is past', () => {
    expect(lastOf(past, later)).toEqual({ kid: 'later', expiresAt: NOW - HOUR_MS });
    expect(lastOf(signs('retired', { retiredFrom: NOW }))).toEqual({ kid: 'retired', expiresAt: NOW });
    expect(lastOf(past, signs('next', { activeFrom: NOW, retiringFrom: NOW + HOUR_MS }))).toEqual({
      kid: 'next',
      expiresAt: NOW + HOUR_MS,
    });
  });

  it('is not there where no end is foreseen, or nothing was ever to sign', () => {
    expect(lastOf(past, signs('for ever', {}))).toBeUndefined();
    expect(lastOf()).toBeUndefined();
    expect(lastOf({ kid: 'verifies', lifetime: VERIFY_ONLY })).toBeUndefined();
    expect(lastOf(signs('never', VERIFY_ONLY))).toBeUndefined();
  });
});
