import { clientText, withoutSecret } from './text.js';

describe('[10-7] a text that a client chose', () => {
  it.each<[string, string, number, string]>([
    ['is left as it is', 'Ada’s phone 🦊', 64, 'Ada’s phone 🦊'],
    ['is cut between code points', '🦊🦊🦊', 2, '🦊🦊'],
    ['is cut before it is whole', '🦊'.repeat(1_000), 3, '🦊🦊🦊'],
    ['loses no half of a pair to a first cut', `a${'🦊'.repeat(1_000)}`, 1_000, `a${'🦊'.repeat(999)}`],
    ['has no lone surrogate', 'a\uD83D b\uDC00', 64, 'a\uFFFD b\uFFFD'],
    ['has no surrogates in the wrong order', '\uDE00\uD83D', 64, '\uFFFD\uFFFD'],
    ['has no control characters', 'a\u0000b\u001B[2J\u0085c\r\n', 64, 'ab[2Jc'],
    ['turns no words round', '\u202Eppa\u202C \u2066nA\u2069\u200F', 64, 'ppa nA'],
    ['has no other line', 'a\u2028b\u2029', 64, 'ab'],
    ['joins no halves over what is taken out', '\uD83D\u0000\uDE00', 64, '😀'],
    ['may be empty', '', 64, ''],
  ])('%s', (_what, text, maxLength, expected) => {
    expect(clientText(text, maxLength)).toBe(expected);
  });

  it('is written as UTF-8 and read again without a change, whatever the units', () => {
    const units = Array.from({ length: 0x1_0000 }, (_, unit) => unit);
    const changed = units.filter((unit) => {
      const text = clientText(`x${String.fromCharCode(unit)}y`, 8);
      return Buffer.from(text, 'utf8').toString('utf8') !== text;
    });
    expect(changed).toEqual([]);
  });
});

describe('[11-E] [11-F] a text for logs', () => {
  const message = 'no row for a+secret/token, tried ?t=a%2Bsecret%2Ftoken';

  it.each<[string, unknown]>([
    ['a text', 'a+secret/token'],
    ['a member', { id: 'x', token: 'a+secret/token' }],
  ])('quotes no secret that is %s', (_what, secret) => {
    expect(withoutSecret(message, secret)).toBe('no row for [secret], tried ?t=[secret]');
  });

  it.each([undefined, null, 7, '', 'ro'])('stays as it is beside what is no secret: %j', (other) => {
    expect(withoutSecret(message, other)).toBe(message);
  });
});
