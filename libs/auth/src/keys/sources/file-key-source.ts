import { readFileSync, statSync } from 'node:fs';
import { ConfigurationFindings } from '../../kernel/configuration-error.js';
import { resolveConfiguredKeys } from '../configured-keys.js';
import { KeyMaterialError } from '../key-material.js';
import { KeySource } from '../key-source.js';
import type { SigningAlgorithm } from '../signing-algorithm.js';
import type { KeySet } from '../signing-key.js';

/** Files with one PEM or JWK each; the first signs. */
export interface KeyFiles {
  readonly paths: readonly string[];
  readonly algorithm: SigningAlgorithm | undefined;
  readonly passphrase: string | undefined;
}

const MAX_KEY_FILE_BYTES = 65_536;
const OTHERS_MAY_READ_OR_WRITE = 0o006;

/** Keys in files, as mounted by an orchestrator; a replaced file is noticed at the next reload. */
export class FileKeySource extends KeySource {
  constructor(private readonly files: KeyFiles) {
    super();
  }

  load(): Promise<KeySet> {
    return Promise.resolve().then(() => {
      const findings = new ConfigurationFindings();
      const keys = readKeyFiles(this.files, findings);
      findings.throwIfAny();
      return keys;
    });
  }
}

/** Reads and checks key files; each mistake becomes a finding. */
export function readKeyFiles(
  { paths, algorithm, passphrase }: KeyFiles,
  findings: ConfigurationFindings,
): KeySet {
  const option = 'keys.privateKeyFile';
  const named = paths.flatMap((path) => {
    try {
      return [{ option, key: readKeyFile(path), passphrase }];
    } catch (error) {
      findings.add(option, error instanceof KeyMaterialError ? error.message : 'the file is unreadable');
      return [];
    }
  });
  return resolveConfiguredKeys(named, algorithm, findings);
}

/** Text of a key file, provided that strangers can't read or write it. @throws KeyMaterialError */
export function readKeyFile(path: string): string {
  try {
    const { mode, size } = statSync(path);
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & OTHERS_MAY_READ_OR_WRITE) !== 0) {
      throw new KeyMaterialError(`every user of this machine may read or write it: chmod 600 ${path}`);
    }
    if (size > MAX_KEY_FILE_BYTES) throw new KeyMaterialError(`${path} is far too large for a key`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof KeyMaterialError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new KeyMaterialError(`${path} can't be read (${code})`);
  }
}
