import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationFindings } from '../kernel/configuration-error.js';
import { resolveKeysSettings, type KeysOptions } from '../keys/keys.settings.js';
import { refreshMacSecrets } from './refresh-mac-secrets.js';

const SECRET = 'kX9vQ2mL7pR4tW8zB3nF6hJ1cD5gS0aY';
const OLDER = 'pR4tW8zB3nF6kX9vQ2mL7hJ1cD5gS0aY';

describe('refreshMacSecrets', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-mac-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function secretsFor(options: KeysOptions): { secrets: readonly Buffer[]; stop: () => void } {
    const findings = new ConfigurationFindings();
    const { origin } = resolveKeysSettings(options, { production: false }, findings);
    const secrets = refreshMacSecrets(origin, findings);
    return { secrets, stop: () => findings.throwIfAny() };
  }
  const textsFor = (options: KeysOptions): string[] =>
    secretsFor(options).secrets.map((secret) => secret.toString('hex'));

  it('derives the same secret from the same key on each instance, and another from another', () => {
    const [one] = textsFor({ secret: SECRET });
    expect(textsFor({ secret: SECRET })).toEqual([one]);
    expect(textsFor({ secret: OLDER })).not.toEqual([one]);
    expect(one).toHaveLength(64);
  });

  it('reveals neither the key nor a plain hash of it', () => {
    const [derived] = textsFor({ secret: SECRET });
    expect(derived).not.toBe(Buffer.from(SECRET).toString('hex'));
    expect(derived).not.toBe(createHash('sha256').update(SECRET).digest('hex'));
  });

  it('derives from the key-encryption keys of shared keys, which outlive every rotation', () => {
    const [first, second] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
    const [one, two] = textsFor({ shared: true, keyEncryptionKey: [first, second] });
    expect(textsFor({ shared: true, keyEncryptionKey: second })).toEqual([two]);
    expect(one).not.toBe(two);
  });

  it('keeps one beside generated keys, readable by nobody else, and finds it again', () => {
    const file = join(folder, 'deep', 'keys.json');
    const first = textsFor({ file });
    expect(textsFor({ file })).toEqual(first);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['refresh-mac-secret']);
    expect(statSync(join(folder, 'deep', 'refresh-mac-secret')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['strangers may read it', () => chmodSync(join(folder, 'refresh-mac-secret'), 0o644), /every user/],
    [
      'its folder is a file',
      () => {
        rmSync(folder, { recursive: true });
        writeFileSync(folder, '');
      },
      /sessions\.macSecrets: can't be kept beside keys\.file: E[A-Z]+/,
    ],
  ])('finds a mistake when %s, and goes on looking for others', (_name, spoil, message) => {
    const file = join(folder, 'keys.json');
    textsFor({ file });
    spoil();
    const { secrets, stop } = secretsFor({ file });
    expect(secrets).toHaveLength(1);
    expect(stop).toThrow(message);
  });
});
