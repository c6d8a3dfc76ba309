import { randomBytes } from 'node:crypto';
import { makeshiftSecretProblem, secretProblem } from './secret-strength.js';

describe('secretProblem', () => {
  it('[8725-32] accepts random secrets', () => {
    for (let i = 0; i < 2000; i += 1) {
      const secret = Buffer.from(randomBytes(32).toString('base64'));
      expect(secretProblem(secret, 256) ?? makeshiftSecretProblem(secret, 256)).toBeUndefined();
    }
  });

  it('counts four bits for each of hexadecimal digits', () => {
    expect(makeshiftSecretProblem(Buffer.from(randomBytes(32).toString('hex')), 256)).toBeUndefined();
    expect(makeshiftSecretProblem(Buffer.from(randomBytes(24).toString('hex')), 256)).toContain('192 bits');
    expect(makeshiftSecretProblem(Buffer.from('9F'.repeat(2) + 'A3c1'.repeat(9)), 256)).toBeDefined();
  });

  // RFC 7518 §3.2 asks for the size of the key, and this is its size.
  it.each([
    ['40 letters and digits', 'Zq7mX2vR9kLw4TgB8nHs3JfYc6PdAe5uWxR4tK1y'],
    ['32 of them', 'Zq7mX2vR9kLw4TgB8nHs3JfYc6PdAe5u'],
    ['base64 of 192 bits', 'k3Vd9sQ+ZbL0x/7uTnR2YwEa5JgHc8Mf'],
    ['letters of one case', 'xkqvzjwmrtnhbdplgfcysouaeixmvqzkwjtr'],
    ['words', 'wombat gravel tungsten orchid velvet 71'],
  ])('counts any other text by its bytes: %s', (_, secret) => {
    expect(secretProblem(Buffer.from(secret), 256)).toBeUndefined();
    expect(makeshiftSecretProblem(Buffer.from(secret), 256)).toBeUndefined();
  });

  it.each([
    'too short',
    'changeme changeme changeme changeme!',
    'your-256-bit-secret-goes-here-please',
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A',
  ])('[8725-32] refuses %j', (secret) => {
    expect(secretProblem(Buffer.from(secret), 256)).toEqual(expect.any(String));
  });

  it.each([
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '0123456789abcdef'.repeat(2),
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'a-test-secret-key-that-is-long-enough',
    '5d1e9c3b7a0f2846d1c5e9b3a7f04826',
  ])('[8725-32] lets %j pass on a laptop and refuses it in production', (secret) => {
    expect(secretProblem(Buffer.from(secret), 256)).toBeUndefined();
    expect(makeshiftSecretProblem(Buffer.from(secret), 256)).toEqual(expect.any(String));
  });
});
