import { createClientSecret, isSecretHash, isSecretOf } from './client-secret.js';

describe('createClientSecret', () => {
  it('[6749-13] makes secrets of 256 random bits, and hashes that are theirs alone', () => {
    const [one, other] = [createClientSecret(), createClientSecret()];
    expect(one.secret).toMatch(/^ghcs_[\w-]{43}$/);
    expect(other.secret).not.toBe(one.secret);
    expect(isSecretHash(one.hash)).toBe(true);
    expect(isSecretOf(one.secret, [other.hash, one.hash])).toBe(true);
    expect(isSecretOf(one.secret, [other.hash])).toBe(false);
  });

  it('takes a secret that the client has already', () => {
    const { secret, hash } = createClientSecret('of an older server: ä€😀');
    expect(secret).toBe('of an older server: ä€😀');
    expect(isSecretOf(secret, [hash])).toBe(true);
  });

  it.each(['', '\uD800', 7 as unknown as string, null as unknown as string])('refuses %j', (secret) => {
    expect(() => createClientSecret(secret)).toThrow(TypeError);
  });
});
