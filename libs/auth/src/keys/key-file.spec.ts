import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthConfigurationError, ConfigurationFindings } from '../kernel/configuration-error.js';
import { resolveKeysSettings } from './keys.settings.js';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

function resolve(privateKeyFile: string) {
  const findings = new ConfigurationFindings();
  const settings = resolveKeysSettings({ privateKeyFile }, { production: true }, findings);
  try {
    findings.throwIfAny();
    return { settings, found: [] };
  } catch (error) {
    return { settings, found: (error as AuthConfigurationError).findings.map(({ message }) => message) };
  }
}

describe('key files', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-keys-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  function keyFile(text: string, mode: number): string {
    const path = join(directory, 'key.pem');
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  }

  it.each([0o644, 0o604, 0o666, 0o602, 0o777])(
    'are refused when others may read or write them (%o)',
    (mode) => {
      const { found } = resolve(keyFile(pem, mode));
      expect(found).toEqual([expect.stringMatching(/every user of this machine.*chmod 600/)]);
    },
  );

  it.each([0o600, 0o400, 0o440])('are read when they are kept (%o)', (mode) => {
    expect(resolve(keyFile(pem, mode))).toMatchObject({
      found: [],
      settings: { algorithm: 'RS256', origin: { kind: 'files' } },
    });
  });

  it('are refused when they hold something else', () => {
    expect(resolve(keyFile('x'.repeat(70_000), 0o600)).found).toEqual([expect.stringContaining('too large')]);
  });
});
