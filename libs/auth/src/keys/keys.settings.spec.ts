import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { AuthConfigurationError, ConfigurationFindings } from '../kernel/configuration-error.js';
import { KeySource } from './key-source.js';
import { type KeysOptions, type KeysSettings, resolveKeysSettings } from './keys.settings.js';
import type { SigningAlgorithm } from './material/signing-algorithm.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const cubeRsa = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
const pss = generateKeyPairSync('rsa-pss', {
  modulusLength: 2048,
  hashAlgorithm: 'sha256',
  mgf1HashAlgorithm: 'sha256',
});
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
const goodSecret = 'kX9v2LrTq7ZpWm4sNb8dYc3fHg6jEa1uQ5tR0oViBzC';

const pem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const encrypted = rsa.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
  .toString();
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const publicDer = rsa.publicKey.export({ type: 'spki', format: 'der' });

function resolve(
  options: KeysOptions,
  production = false,
): { settings: KeysSettings; found: readonly string[] } {
  const findings = new ConfigurationFindings();
  const settings = resolveKeysSettings(options, { production }, findings);
  try {
    findings.throwIfAny();
    return { settings, found: [] };
  } catch (error) {
    const lines = (error as AuthConfigurationError).findings.map(
      ({ option, message }) => `${option}: ${message}`,
    );
    return { settings, found: lines };
  }
}

describe('bad key options', () => {
  const secrets: readonly (readonly [string, KeysOptions, string])[] = [
    ['a placeholder', { secret: 'change-me-change-me-change-me-change-me' }, 'pattern|placeholder'],
    ['a placeholder with decoration', { secret: 'ChangeMe!-in-production-2026-09-aXbYcZ' }, 'placeholder'],
    [
      '"your-256-bit-secret" made long enough',
      { secret: 'your-256-bit-secret-your-256-bit-key' },
      'placeholder',
    ],
    ['"supersecret…"', { secret: 'supersecretjwttokenkeyforthisapp2026' }, 'placeholder'],
    ['"password…"', { secret: 'Pa55-is-a-password-with-enough-bytes' }, 'placeholder'],
    ['one letter repeated', { secret: 'a'.repeat(64) }, 'pattern'],
    ['a pattern repeated', { secret: 'q8Xz1Lm9Wr'.repeat(5) }, 'pattern'],
    ['digits in order', { secret: '0123456789'.repeat(4) }, 'bits|pattern'],
    ['the alphabet', { secret: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP' }, 'pattern|placeholder'],
    ['255 bits and less', { secret: goodSecret.slice(0, 31) }, '248 bits, HS256 needs 256'],
    ['hex of 128 bits', { secret: randomBytes(16).toString('hex') }, '128 bits, HS256 needs 256'],
    [
      '256 bits for HS512',
      { secret: goodSecret.slice(0, 32), algorithm: 'HS512' },
      '256 bits, HS512 needs 512',
    ],
    ['nothing', { secret: '' }, '0 bits'],
    ['no text', { secret: 42 as never }, 'expected text'],
    ['an empty list', { secret: [] }, 'empty'],
    ['zero bytes', { secret: Buffer.alloc(64) }, 'pattern'],
    ['a public key', { secret: publicPem }, 'not a secret'],
    ['a private key', { secret: pem }, 'not a secret'],
    ['a public key as DER', { secret: publicDer }, 'not a secret'],
    ['a public key as base64', { secret: publicDer.toString('base64') }, 'not a secret'],
    [
      'a certificate',
      { secret: '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----' },
      'not a secret',
    ],
    ['a JWK', { secret: JSON.stringify(ec.publicKey.export({ format: 'jwk' })) }, 'not a secret'],
    ['an SSH key', { secret: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 me@host' }, 'not a secret'],
    ['a second secret that is weak', { secret: [goodSecret, 'short'] }, 'keys.secret\\[1\\].*40 bits'],
    ['the same secret twice', { secret: [goodSecret, goodSecret] }, 'twice'],
  ];

  const keys: readonly (readonly [string, KeysOptions, string])[] = [
    ['1024-bit RSA', { privateKey: weakRsa.privateKey }, '1024 bits, at least 2048'],
    [
      '1024-bit RSA as a verifying key',
      { privateKey: [{ key: pem }, { key: weakRsa.publicKey }] },
      '\\[1\\].*1024 bits',
    ],
    ['RSA with exponent 3', { privateKey: cubeRsa.privateKey }, 'exponent'],
    ['HMAC with a public key', { privateKey: publicPem, algorithm: 'HS256' }, 'needs a secret'],
    ['HMAC with a private key', { privateKey: pem, algorithm: 'HS512' }, 'needs a secret'],
    ['a secret for RS256', { secret: goodSecret, algorithm: 'RS256' }, 'needs a key pair'],
    ['ES256 with RSA', { privateKey: pem, algorithm: 'ES256' }, 'needs an EC key'],
    ['RS256 with EC', { privateKey: ec.privateKey, algorithm: 'RS256' }, 'curve|EC'],
    ['ES384 with P-256', { privateKey: ec.privateKey, algorithm: 'ES384' }, 'curve'],
    ['RS256 with an RSASSA-PSS key', { privateKey: pss.privateKey, algorithm: 'RS256' }, "can't sign RS256"],
    [
      'PS512 with an RSASSA-PSS key for SHA-256',
      { privateKey: pss.privateKey, algorithm: 'PS512' },
      'limited to sha256',
    ],
    ['secp256k1', { privateKey: secp256k1.privateKey }, 'curve|EC'],
    ['Ed25519', { privateKey: ed.privateKey }, 'ed25519 is not supported'],
    ['a public key to sign with', { privateKey: publicPem }, 'this one is public'],
    ['no PEM at all', { privateKey: 'MIIEvQIBADANBg' }, 'expected PEM text or a JWK'],
    ['a damaged PEM', { privateKey: pem.replace(/[A-Za-z0-9]{8}/, '') }, 'damaged|unknown kind'],
    ['half a PEM', { privateKey: pem.slice(0, 400) }, 'damaged'],
    ['an encrypted PEM without passphrase', { privateKey: encrypted }, 'passphrase'],
    ['an encrypted PEM with a wrong one', { privateKey: encrypted, passphrase: 'x' }, 'passphrase'],
    ['a JWK that is no JSON', { privateKey: '{"kty":' }, 'not JSON'],
    ['a JWK that is no key', { privateKey: { kty: 'RSA', n: 'AQAB' } }, 'not a key'],
    ['a number', { privateKey: 7 as never }, 'expected PEM'],
    ['an empty list', { privateKey: [] }, 'empty'],
    ['the same key twice', { privateKey: [{ key: pem }, { key: publicPem }] }, 'twice'],
    ['a key id with spaces', { privateKey: [{ key: pem, kid: 'a b' }] }, 'kid'],
    ['a list with a hole', { privateKey: [pem, null] } as never, '\\[1\\].*expected PEM'],
    ['an algorithm nobody knows', { privateKey: [{ key: pem, algorithm: 'none' as never }] }, 'algorithm'],
  ];

  const others: readonly (readonly [string, KeysOptions, string])[] = [
    ['alg none', { algorithm: 'none' as never }, 'keys.algorithm: expected one of RS256'],
    ['alg in small letters', { algorithm: 'rs256' as never, privateKey: pem }, 'keys.algorithm'],
    ['two origins', { privateKey: pem, secret: goodSecret }, 'one of privateKey, secret'],
    ['generated secrets', { algorithm: 'HS256' }, 'secrets are not generated'],
    [
      'shared keys without a key-encryption key',
      { shared: true },
      'keys.keyEncryptionKey: shared keys are kept sealed',
    ],
    ['a short key-encryption key', { shared: true, keyEncryptionKey: 'c2hvcnQ=' }, 'exactly 32 bytes'],
    ['a key-encryption key of zeros', { shared: true, keyEncryptionKey: '0'.repeat(64) }, 'not random'],
    ['a source that is none', { source: {} as never }, 'keys.source'],
    ['a small generated key', { rsaBits: 1024 as never }, 'keys.rsaBits'],
    ['a pre-publication below the age of the JWKS', { rotation: { prePublish: '1m' } }, 'prePublish'],
    ['keys that retire before their tokens expire', { rotation: { retireAfter: '1m' } }, 'retireAfter'],
    [
      'a file that is not there',
      { privateKeyFile: '/nowhere/key.pem' },
      "/nowhere/key.pem can't be read .ENOENT",
    ],
    ['a folder', { privateKeyFile: tmpdir() }, 'keys.privateKeyFile'],
    ['no file', { privateKeyFile: [] }, 'empty'],
  ];

  it.each([
    ...secrets.map((row) => [...row, true] as const),
    ...[...keys, ...others].map((row) => [...row, false] as const),
  ])('[8725-32] are named: %s', (_, options, message, production) => {
    const { found } = resolve(options, production);
    expect(found[0]).toMatch(new RegExp(message));
    expect(found.join()).not.toContain(goodSecret.slice(0, 8));
    expect(found.join()).not.toMatch(/PRIVATE KEY|MII[A-Za-z0-9]{4}/);
  });

  it('are named all at once', () => {
    const { found } = resolve({ algorithm: 'x' as never, privateKey: 'x', secret: 'x', rsaBits: 1 as never });
    expect(found.length).toBeGreaterThanOrEqual(4);
  });

  it('[03] include keys that live only as long as the process, in production only', () => {
    expect(resolve({}, true).found).toEqual([expect.stringContaining('no key is given')]);
    expect(resolve({}, false).found).toEqual([]);
    expect(resolve({ file: '/var/lib/app/keys.json' }, true).found).toEqual([]);
  });
});

describe('good key options', () => {
  class HostSource extends KeySource {
    load(): Promise<[]> {
      return Promise.resolve([]);
    }
  }

  it.each<[string, KeysOptions, SigningAlgorithm, string]>([
    ['nothing', {}, 'RS256', 'generated'],
    ['RSA', { privateKey: pem }, 'RS256', 'static'],
    [
      'RSA in one line, as from an environment variable',
      { privateKey: pem.replaceAll('\n', '\\n') },
      'RS256',
      'static',
    ],
    ['an encrypted PEM', { privateKey: encrypted, passphrase: 'open sesame' }, 'RS256', 'static'],
    ['a JWK', { privateKey: ec.privateKey.export({ format: 'jwk' }) }, 'ES256', 'static'],
    [
      'a JWK as text',
      { privateKey: JSON.stringify(ec.privateKey.export({ format: 'jwk' })) },
      'ES256',
      'static',
    ],
    ['EC', { privateKey: ec.privateKey }, 'ES256', 'static'],
    ['an RSASSA-PSS key', { privateKey: pss.privateKey }, 'PS256', 'static'],
    ['RSA for PS384', { privateKey: pem, algorithm: 'PS384' }, 'PS384', 'static'],
    ['a list of plain keys', { privateKey: [ec.privateKey, pem] }, 'ES256', 'static'],
    ['a secret', { secret: goodSecret }, 'HS256', 'static'],
    ['hex of 256 bits', { secret: randomBytes(32).toString('hex') }, 'HS256', 'static'],
    [
      'base64 of 512 bits',
      { secret: randomBytes(64).toString('base64'), algorithm: 'HS512' },
      'HS512',
      'static',
    ],
    ['random bytes', { secret: randomBytes(32) }, 'HS256', 'static'],
    ['a file of our own', { file: '.gatehouse/keys.json', algorithm: 'ES384' }, 'ES384', 'generated'],
    [
      'shared keys',
      { shared: true, keyEncryptionKey: randomBytes(32).toString('base64') },
      'RS256',
      'shared',
    ],
    ['a source of the host', { source: new HostSource() }, 'RS256', 'custom'],
  ])('name the algorithm the key is for: %s', (_, options, algorithm, kind) => {
    expect(resolve(options, kind !== 'generated')).toMatchObject({
      found: [],
      settings: { algorithm, origin: { kind } },
    });
  });

  it('keep older keys of other kinds for verification', () => {
    const privateKey = [{ key: ec.privateKey }, { key: pem, kid: 'old' }, { key: pss.publicKey }];
    const { origin } = resolve({ privateKey, algorithm: 'ES256' }).settings;
    expect(origin.kind === 'static' && origin.keys.map(({ algorithm }) => algorithm)).toEqual([
      'ES256',
      'RS256',
      'PS256',
    ]);
  });

  it('never refuse a random secret', () => {
    for (let run = 0; run < 2000; run += 1) {
      expect(resolve({ secret: randomBytes(32) }).found).toEqual([]);
      expect(resolve({ secret: randomBytes(32).toString('base64url') }).found).toEqual([]);
    }
  });
});
