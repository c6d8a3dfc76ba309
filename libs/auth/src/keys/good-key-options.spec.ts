import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  type AuthConfigurationError,
  ConfigurationFindings,
} from '../kernel/configuration/configuration-error.js';
import type { SigningAlgorithm } from '../jose/signing-algorithm.js';
import type { KeyOrigin } from './sources/key-origin.js';
import { KeySource } from './key-source.js';
import { type KeysSettings, resolveKeysSettings } from './keys.settings.js';
import type { KeysOptions } from './keys.options.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const goodSecret = 'kX9v2LrTq7ZpWm4sNb8dYc3fHg6jEa1uQ5tR0oViBzC';
const pem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const encrypted = rsa.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
  .toString();
const pem2 = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

function resolve(options: KeysOptions, production = false) {
  const findings = new ConfigurationFindings();
  const settings: KeysSettings = resolveKeysSettings(options, { production }, findings);
  try {
    findings.throwIfAny();
    return { settings, found: [] };
  } catch (error) {
    return { settings, found: (error as AuthConfigurationError).findings };
  }
}

function algorithmOf(origin: KeyOrigin): SigningAlgorithm | undefined {
  switch (origin.kind) {
    case 'managed':
      return origin.managed.algorithm;
    case 'static':
      return origin.keys[0]?.algorithm;
    case 'files':
      return origin.files.algorithm;
    default:
      return undefined;
  }
}

describe('good key options', () => {
  class HostSource extends KeySource {
    load(): Promise<[]> {
      return Promise.resolve([]);
    }
  }

  it.each<[string, KeysOptions, SigningAlgorithm | undefined, string]>([
    ['nothing', {}, 'RS256', 'managed'],
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
    ['a place for managed keys', { managedFile: '/data/keys.json', algorithm: 'ES384' }, 'ES384', 'managed'],
    ['a file', { privateKeyFile: '/run/secrets/key.pem', algorithm: 'ES256' }, 'ES256', 'files'],
    ['a source of the host', { source: new HostSource() }, undefined, 'custom'],
  ])('name the algorithm the key is for: %s', (_, options, algorithm, kind) => {
    const { found, settings } = resolve(options, true);
    expect([found, settings.origin.kind, algorithmOf(settings.origin)]).toEqual([[], kind, algorithm]);
  });

  it('keep older keys of other kinds for verification', () => {
    const privateKey = [
      { key: ec.privateKey },
      { key: pem, kid: 'old' },
      { key: pem2, algorithm: 'PS256' as const },
    ];
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
