import * as fc from 'fast-check';
import { readAssertionClaims } from './assertion-claims.js';

const NOW = 1_700_000_000_000;
const SECONDS = NOW / 1000;
const expected = {
  clientId: 'job',
  audience: ['https://auth.test', 'https://auth.test/oauth/token'],
  clockToleranceMs: 5_000,
  now: NOW,
};
const good = {
  iss: 'job',
  sub: 'job',
  aud: 'https://auth.test',
  jti: 'one',
  iat: SECONDS,
  exp: SECONDS + 60,
};

describe('the claims of a client assertion', () => {
  it.each([
    ['a minute', {}, 65_000],
    ['one that has just expired by our clock', { iat: undefined, exp: SECONDS - 4 }, 1_000],
    ['one of a clock that is ahead', { iat: SECONDS + 5, exp: SECONDS + 65 }, 70_000],
    ['parts of a second', { exp: SECONDS + 1.5 }, 6_500],
    ['ten minutes', { exp: SECONDS + 600 }, 605_000],
  ])('are good for %s', (_, over, leftMs) => {
    expect(readAssertionClaims({ ...good, ...over }, expected)).toEqual({ tokenId: 'one', leftMs });
  });

  it.each([
    [{ exp: SECONDS - 5 }, 'it has expired'],
    [{ exp: SECONDS + 606 }, 'it lives for more than 10 minutes'],
    [{ iat: SECONDS - 600, exp: SECONDS + 60 }, 'it lives for more than 10 minutes'],
    [{ iat: SECONDS + 6, exp: SECONDS + 60 }, 'it is not valid yet'],
    [{ nbf: SECONDS + 6 }, 'it is not valid yet'],
    [{ nbf: null }, 'iat or nbf is malformed'],
    [{ jti: '\ud800' }, 'the claim jti is missing or malformed'],
  ])('%j: %s', (over, problem) => {
    expect(readAssertionClaims({ ...good, ...over }, expected)).toBe(problem);
  });

  it('whatever they are, those that are accepted are for us, of the client, and over soon', () => {
    const anything = fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(good)), fc.double());
    const claims = fc.record(
      {
        iss: anything,
        sub: anything,
        aud: anything,
        jti: anything,
        iat: anything,
        nbf: anything,
        exp: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(claims, fc.subarray(Object.keys(good)), (strange, kept) => {
        const mixed: Record<string, unknown> = { ...strange };
        for (const name of kept) mixed[name] = good[name as keyof typeof good];
        const sound = readAssertionClaims(mixed, expected);
        if (typeof sound === 'string') return;
        expect(mixed).toMatchObject({ iss: 'job', sub: 'job' });
        expect([mixed['aud']].flat().every((name) => expected.audience.includes(String(name)))).toBe(true);
        expect(sound.leftMs).toBeGreaterThan(0);
        expect(sound.leftMs).toBeLessThanOrEqual(610_000);
      }),
    );
  });
});
