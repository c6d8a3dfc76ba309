import { foldedAccount } from './account-name.js';

describe('[10-13] spellings of one account', () => {
  it.each([
    ['alice', ['Alice', ' alice ', 'ALICE', 'ａｌｉｃｅ', 'ⓐⓛⓘⓒⓔ', 'al ice', 'ali\tce']],
    ['jose', ['José', 'jose\u0301', 'JOSE\u0301', 'j\u0301o\u0302s\u0327e']],
    ['alice', ['ali\u200bce', 'al\u200d\u200cice', '\ufeffalice', 'ali\u2060ce', 'ali\u{e0061}ce']],
    ['alice', ['ali\u00adce', 'al\u034fice', 'alice\ufe0f', '\u202ealice', 'ali\u3164ce']],
    ['alice', ['alice\u0000', 'a\u0007lice', 'alice\u0085', 'alice\u007f', 'alice\n', 'alice\ud800']],
    ['strasse', ['Straße', 'STRAẞE', 'ſtraſſe']],
    ['οδος', ['ΟΔΟΣ', 'οδοσ']],
    ['ivan', ['İvan', 'ıvan', 'IVAN']],
    ['file', ['ﬁle', 'ﬁLE']],
    ['kelvin', ['\u212aelvin']],
    ['soren', ['Søren', 'SØREN']],
    ['aethel', ['Æthel', 'æthel']],
    ['oeuvre', ['œuvre']],
    ['lodz', ['Łódź', 'łódź']],
    ['user 2024', ['user٢٠٢٤', 'user۲۰۲۴', 'user२०२४', 'user２０２４', 'user²⁰²⁴', 'user᭒᭐᭒᭔']],
    ['さくらわか', ['サクラワカ', 'ｻｸﾗﾜｶ', 'さくラヮヵ']],
    ['きょう', ['キョウ', 'きよう', 'ぎょう']],
    ['boss', ['boß', 'bosß', 'boßß', 'BOẞS']],
  ])('%s', (name, spellings) => {
    for (const spelling of spellings) expect(foldedAccount(spelling)).toBe(foldedAccount(name));
  });

  it('reads every decimal digit of Unicode as what it is', () => {
    const digits = Array.from({ length: 0x11_0000 }, (_, code) => code)
      .filter((code) => /^\p{Nd}$/u.test(String.fromCodePoint(code)))
      .map((code) => String.fromCodePoint(code));
    expect(digits.length % 10).toBe(0);
    // Each script has its ten in order, and nothing between them.
    digits.forEach((digit, at) => expect(foldedAccount(`a${digit}`)).toBe(`A${at % 10}`));
  });

  it('tells accounts apart that no directory merges', () => {
    const names = [
      'alice',
      'alicia',
      'bob',
      'bob1',
      'боб',
      '王',
      '李',
      '🦄',
      'a.b',
      'a-b',
      'a@b',
      'ab',
      'a1',
      'a2',
      'a10',
    ];
    expect(new Set(names.map(foldedAccount)).size).toBe(names.length);
  });
});
