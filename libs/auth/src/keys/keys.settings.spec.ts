import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  AuthConfigurationError,
  ConfigurationFindings,
} from '../kernel/configuration/configuration-error.js';
import { type KeysSettings, resolveKeysSettings } from './keys.settings.js';
import type { KeysOptions } from './keys.options.js';

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
    ['255 bits and less', { secret: goodSecret.slice(0, 31) }, '248 bits, at least 256'],
    ['hex of 128 bits', { secret: randomBytes(16).toString('hex') }, '128 bits, at least 256'],
    ['256 bits for HS512', { secret: goodSecret.slice(0, 32), algorithm: 'HS512' }, '256 bits, at least 512'],
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
    [
      'a key limited to RSASSA-PSS',
      { privateKey: pss.privateKey },
      'use a plain RSA key, which serves PS256',
    ],
    ['the same as a verifying key', { privateKey: [pem, pss.publicKey] }, '\\[1\\].*plain RSA key'],
    ['secp256k1', { privateKey: secp256k1.privateKey }, 'curve|EC'],
    ['Ed25519', { privateKey: ed.privateKey }, 'ed25519 is not supported'],
    ['a public key to sign with', { privateKey: publicPem }, 'this one is public'],
    ['no PEM at all', { privateKey: 'MIIEvQIBADANBg' }, 'BEGIN and END lines are missing'],
    ['a damaged PEM', { privateKey: pem.replace(/[A-Za-z0-9]{8}/, '') }, 'damaged|unknown kind'],
    ['half a PEM', { privateKey: pem.slice(0, 400) }, 'cut off'],
    ['an encrypted PEM without passphrase', { privateKey: encrypted }, 'passphrase'],
    ['an encrypted PEM with a wrong one', { privateKey: encrypted, passphrase: 'x' }, 'passphrase'],
    ['a JWK that is no JSON', { privateKey: '{"kty":' }, 'not JSON'],
    ['a JWK that is no key', { privateKey: { kty: 'RSA', n: 'AQAB' } }, 'not a key'],
    ['a number', { privateKey: 7 as never }, 'keys.privateKey: expected PEM'],
    ['an empty list', { privateKey: [] }, 'empty'],
    ['the same key twice', { privateKey: [{ key: pem }, { key: publicPem }] }, 'twice'],
    [
      'a key id with spaces',
      { privateKey: [{ key: pem, kid: 'a b' }] },
      'keys.privateKey\\[0\\].kid: expected 1 to 256',
    ],
    ['a list with a hole', { privateKey: [pem, null] } as never, '\\[1\\].*expected PEM'],
    [
      'an algorithm nobody knows',
      { privateKey: [{ key: pem, algorithm: 'none' as never }] },
      'keys.privateKey\\[0\\].algorithm: expected one of RS256',
    ],
    [
      'an algorithm that is nothing',
      { privateKey: [{ key: pem, algorithm: null as never }] },
      '\\[0\\].algorithm: expected',
    ],
    ['a listed key without its key', { privateKey: [{ kid: 'x' }] }, '\\[0\\].key: is required'],
    ['a listed key that is none', { privateKey: [{ key: 'x' }] }, '\\[0\\].key: expected PEM'],
  ];

  const others: readonly (readonly [string, KeysOptions, string])[] = [
    ['alg none', { algorithm: 'none' as never }, 'keys.algorithm: expected one of RS256'],
    ['alg in small letters', { algorithm: 'rs256' as never, privateKey: pem }, 'keys.algorithm'],
    ['two origins', { privateKey: pem, secret: goodSecret }, 'one of privateKey, secret'],
    ['generated secrets', { algorithm: 'HS256' }, 'secrets are not generated'],
    [
      'a misspelt option',
      { privatekey: pem } as never,
      'keys.privatekey: is not an option; did you mean privateKey',
    ],
    [
      'a misspelt nested one',
      { rotation: { evry: '30d' } } as never,
      'keys.rotation.evry.*did you mean every',
    ],
    [
      'a misspelt one of remote keys',
      { remote: { jwksUrl: 'https://id.example/jwks' } } as never,
      'keys.remote',
    ],
    [
      'a misspelt one of a listed key',
      { privateKey: [{ key: pem, kidd: 'x' }] },
      'keys.privateKey\\[0\\].kidd.*did you mean kid',
    ],
    ['a group that is none', { rotation: 'daily' } as never, 'keys.rotation: expected an object'],
    [
      'days given as a bare number',
      { rotation: { every: 90 } },
      'keys.rotation.every: a bare number is milliseconds',
    ],
    ['a schedule that is too tight', { rotation: { every: '1m' } }, 'keys.rotation.every'],
    [
      'a schedule for keys that were given',
      { privateKey: pem, rotation: { every: '30d' } },
      'keys.rotation.every: only',
    ],
    ['a place for keys that were given', { privateKey: pem, managedFile: 'keys.json' }, 'keys.managedFile'],
    ['a place that is none', { managedFile: 5 as never }, 'keys.managedFile: expected text'],
    ['a source that is none', { source: {} as never }, 'keys.source'],
    ['a small generated key', { rsaBits: 1024 as never }, 'keys.rsaBits'],
    ['a pre-publication below the age of the JWKS', { rotation: { prePublish: '1m' } }, 'prePublish'],
    ['keys that retire before their tokens expire', { rotation: { retireAfter: '1m' } }, 'retireAfter'],
    [
      'a file that is none',
      { privateKeyFile: [5] as never },
      'keys.privateKeyFile\\[0\\]: expected the path',
    ],
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
});
