import { ConfigurationFindings } from '../../kernel/configuration-error.js';
import { resolveConfiguredKeys } from '../configured-keys.js';
import { readKeyFile } from '../key-file.js';
import { KeyMaterialError } from '../material/key-material.js';
import { KeySource } from '../key-source.js';
import type { SigningAlgorithm } from '../material/signing-algorithm.js';
import type { KeySet } from '../signing-key.js';

/** Files with one PEM or JWK each; the first signs. */
export interface KeyFiles {
  readonly paths: readonly string[];
  readonly algorithm: SigningAlgorithm | undefined;
  readonly passphrase: string | undefined;
}

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
