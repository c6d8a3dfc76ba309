import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { type KeysSettings, resolveKeysSettings } from './keys.settings.js';
import type { KeysOptions } from './keys.options.js';

const goodSecret = 'kX9v2LrTq7ZpWm4sNb8dYc3fHg6jEa1uQ5tR0oViBzC';
const passphrase = 'open sesame';
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encrypted = privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
  .toString();

function resolve(options: KeysOptions): KeysSettings {
  const findings = new ConfigurationFindings();
  const settings = resolveKeysSettings(options, { production: true }, findings);
  findings.throwIfAny();
  return settings;
}

describe('signing keys', () => {
  it('[03] are made by the library, sealed and rotated, where none are given', () => {
    expect(resolve({})).toMatchObject({
      origin: { managed: { algorithm: 'RS256', rsaBits: 2048, file: '.gatehouse/keys.json' } },
      rotateEveryMs: 90 * 86_400_000,
    });
    expect(resolve({ rotation: { every: false } }).rotateEveryMs).toBeUndefined();
    expect(resolve({ rotation: { every: '30d' } }).rotateEveryMs).toBe(30 * 86_400_000);
    expect(resolve({ privateKey }).rotateEveryMs).toBeUndefined();
  });

  it('show no key, secret or passphrase', () => {
    const all = [
      resolve({ secret: goodSecret }),
      resolve({ privateKey: encrypted, passphrase }),
      resolve({ privateKeyFile: '/x', passphrase }),
    ];
    const shown = inspect(all, { depth: null, showHidden: true }) + JSON.stringify(all);
    expect(shown).not.toContain(passphrase);
    expect(shown).not.toContain(goodSecret);
    expect(shown).not.toContain(Buffer.from(goodSecret).toString('hex').slice(0, 16));
    expect(shown).not.toMatch(/PRIVATE KEY|"d":/);
  });
});
