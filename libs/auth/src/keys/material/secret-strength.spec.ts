import { randomBytes } from 'node:crypto';
import { isMakeshiftSecret, secretProblem } from './secret-strength.js';

describe('secretProblem', () => {
  it('[8725-32] accepts random secrets', () => {
    for (let i = 0; i < 2000; i += 1) {
      expect(secretProblem(Buffer.from(randomBytes(32).toString('base64')), 'HS256')).toBeUndefined();
    }
  });

  it.each([
    'too short',
    'changeme changeme changeme changeme!',
    'your-256-bit-secret-goes-here-please',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '0123456789abcdef'.repeat(2),
    'abcdefghijklmnopqrstuvwxyz0123456789',
    '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A',
  ])('[8725-32] refuses %j', (secret) => {
    expect(secretProblem(Buffer.from(secret), 'HS256')).toEqual(expect.any(String));
  });

  it('tells a secret made up at a keyboard', () => {
    expect(isMakeshiftSecret(Buffer.from('a-test-secret-key-that-is-long-enough'))).toBe(true);
    expect(isMakeshiftSecret(Buffer.from('kX9vQ2mL7pR4tW8zB3nF6hJ1cD5gS0aY'))).toBe(false);
  });
});
