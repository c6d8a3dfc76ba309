import { constantTimeEqual, decodeCanonicalBase64Url, digest, randomId, RandomNames } from './opaque.js';

describe('opaque values', () => {
  it('[6749-13] identifiers have at least 128 bits and never repeat', () => {
    const ids = Array.from({ length: 1000 }, () => randomId(16));
    expect(new Set(ids).size).toBe(1000);
    expect(Buffer.from(ids[0]!, 'base64url')).toHaveLength(16);
  });

  it('so have those that are drawn in advance', () => {
    const drawn = new RandomNames();
    const names = Array.from({ length: 1000 }, () => drawn.next());
    expect(new Set(names).size).toBe(1000);
    for (const name of names) expect(Buffer.from(name, 'base64url')).toHaveLength(16);
  });

  it('compares texts of any lengths', () => {
    expect(constantTimeEqual('abc', 'abc')).toBe(true);
    expect(constantTimeEqual('abc', 'abd')).toBe(false);
    expect(constantTimeEqual('abc', 'abcd')).toBe(false);
  });

  it('accepts base64url in its one canonical spelling only', () => {
    expect(decodeCanonicalBase64Url('YQ')).toEqual(Buffer.from('a'));
    for (const spelling of ['YR', 'YQ==', 'YQ ', 'Y Q', 'YQ\n', 'Y'])
      expect(decodeCanonicalBase64Url(spelling)).toBeUndefined();
  });

  it('digests are stable and cut on request', () => {
    expect(digest('a')).toBe(digest('a'));
    expect(Buffer.from(digest('a', 16), 'base64url')).toHaveLength(16);
  });
});
