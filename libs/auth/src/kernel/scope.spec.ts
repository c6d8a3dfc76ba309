import { formatScope, isScopeToken, isScopeWithin, parseScope } from './scope.js';

describe('scope', () => {
  it('[6749 §3.3] splits into distinct tokens and joins them again', () => {
    expect(parseScope('b a  b')).toEqual(['b', 'a']);
    expect(parseScope('')).toEqual([]);
    expect(formatScope(['b', 'a'])).toBe('b a');
  });

  it.each(['a "b"', 'a\\b', 'a\tb', 'ä', 'a\u0000'])('[6749 §3.3] refuses the characters of %j', (text) => {
    expect(parseScope(text)).toBeUndefined();
    expect(isScopeToken(text)).toBe(false);
  });

  it('[6749 §3.3] tells one token from several, none and anything else', () => {
    expect(['a:b', 'a b', '', ' a', 'a\n', 7, undefined].map(isScopeToken)).toEqual([
      true,
      ...Array.from({ length: 6 }, () => false),
    ]);
  });

  it('compares case-sensitively and without order', () => {
    expect(isScopeWithin(['a', 'b'], ['b', 'c', 'a'])).toBe(true);
    expect(isScopeWithin(['A'], ['a'])).toBe(false);
    expect(isScopeWithin([], [])).toBe(true);
  });
});
