import { createHash } from 'node:crypto';
import { isVerifierOf } from './pkce.js';

const s256 = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

describe('[7636-21] [7636-22] a code verifier', () => {
  it('is proved by the example of RFC 7636, appendix B', () => {
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    expect(isVerifierOf('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', verifier)).toBe(true);
  });

  it.each([
    ['43 characters', 'a'.repeat(43), true],
    ['128 characters', '-._~'.repeat(32), true],
    ['42 characters', 'a'.repeat(42), false],
    ['129 characters', 'a'.repeat(129), false],
    ['a character that is reserved', `${'a'.repeat(43)}+`, false],
    ['a letter beyond ASCII', `${'a'.repeat(43)}ä`, false],
    ['a line break at its end', `${'a'.repeat(43)}\n`, false],
    ['a space', `${'a'.repeat(43)} `, false],
  ])('of %s: %#', (_, verifier, isGood) => {
    expect(isVerifierOf(s256(verifier), verifier)).toBe(isGood);
  });

  it.each<[string, string, string | undefined]>([
    ['is missing', s256('a'.repeat(43)), undefined],
    ['is another', s256('a'.repeat(43)), 'b'.repeat(43)],
    ['differs in its last character', s256('a'.repeat(44)), `${'a'.repeat(43)}b`],
    ['is the challenge itself, as `plain` has it', 'a'.repeat(43), 'a'.repeat(43)],
    ['is for a code without challenge', '', 'a'.repeat(43)],
    ['meets a challenge that is padded', `${s256('a'.repeat(43))}=`, 'a'.repeat(43)],
  ])('is refused when it %s', (_, challenge, verifier) => {
    expect(isVerifierOf(challenge, verifier)).toBe(false);
  });
});
