import { randomBytes } from 'node:crypto';
import { makeshiftSecretProblem, secretProblem } from './secret-strength.js';

describe('secretProblem', () => {
  it('[8725-32] accepts random secrets', () => {
    for (let i = 0; i < 2000; i += 1) {
      const secret = Buffer.from(randomBytes(32).toString('base64'));
      expect(secretProblem(secret, 'HS256') ?? makeshiftSecretProblem(secret, 'HS256')).toBeUndefined();
    }
  });

  it.each([
    'too short',
    'changeme changeme changeme changeme!',
    'your-256-bit-secret-goes-here-please',
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A',
  ])('[8725-32] refuses %j', (secret) => {
    expect(secretProblem(Buffer.from(secret), 'HS256')).toEqual(expect.any(String));
  });

  it.each([
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '0123456789abcdef'.repeat(2),
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'a-test-secret-key-that-is-long-enough',
  ])('[8725-32] lets %j pass on a laptop and refuses it in production', (secret) => {
    expect(secretProblem(Buffer.from(secret), 'HS256')).toBeUndefined();
    expect(makeshiftSecretProblem(Buffer.from(secret), 'HS256')).toEqual(expect.any(String));
  });
});
