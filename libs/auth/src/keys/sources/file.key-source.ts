import { resolve } from 'node:path';
import type { NamedPath } from '../../files/named-paths.js';
import { FileProblem, type GuardedFiles } from '../../files/guarded-files.js';
import type { Clock } from '../../kernel/clock.js';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import type { OpaqueSecret } from '../../kernel/opaque-secret.js';
import {
  KeyNotReplacedError,
  type KeyRotationOutcome,
  type KeyRotationRequest,
  KeySource,
} from '../key-source.js';
import type { SigningAlgorithm } from '../../jose/signing-algorithm.js';
import type { KeyOverlap, KeySet } from '../signing-key.js';
import { resolveConfiguredKeys } from './configured-keys.js';
import { succeededKeys } from './succeeded-keys.js';

/** Files with one PEM or JWK each; the first signs. */
export interface KeyFiles {
  readonly files: readonly NamedPath[];
  readonly algorithm: SigningAlgorithm | undefined;
  readonly passphrase: OpaqueSecret | undefined;
}

/** Keys in files, as mounted by an orchestrator; a replaced file is noticed at the next reload. */
export class FileKeySource extends KeySource {
  private readonly keyFiles: KeyFiles;
  private known: KeySet = [];

  constructor(
    keyFiles: KeyFiles,
    private readonly files: GuardedFiles,
    private readonly overlap: KeyOverlap,
    private readonly clock: Clock,
  ) {
    super();
    // The process may go elsewhere.
    this.keyFiles = {
      ...keyFiles,
      files: keyFiles.files.map((file) => ({ ...file, path: resolve(file.path) })),
    };
  }

  async load(): Promise<KeySet> {
    const found = await this.read();
    // Instances notice a replaced file one after the other: none may sign with a key that another doesn't know yet.
    this.known =
      this.known.length === 0
        ? found
        : succeededKeys(this.known, found, { now: this.clock.now(), ...this.overlap });
    return this.known;
  }

  /**
   * Drops what this instance remembers of a compromised key, once its file is replaced, be it before or after the
   * successor takes over. @throws KeyNotReplacedError when it isn't replaced, and for any other rotation
   */
  override async rotate(request: KeyRotationRequest): Promise<KeyRotationOutcome> {
    if (!request.compromised) return super.rotate(request);
    const found = await this.read();
    if (!this.isReplaced(request.replaces, found))
      throw new KeyNotReplacedError(
        'the compromised key is still in its file: replace the file first, then rotate again and restart the other instances',
      );
    this.known = found;
    return { outcome: 'rotated', keys: found };
  }

  /** Where a successor signs already, the compromised key is one that is remembered although its file is gone. */
  private isReplaced(signing: string, found: KeySet): boolean {
    if (found[0]?.kid !== signing) return !found.some(({ kid }) => kid === signing);
    const now = this.clock.now();
    return this.known.some(
      ({ kid, lifetime }) => now < lifetime.retiredFrom && !found.some((key) => key.kid === kid),
    );
  }

  private async read(): Promise<KeySet> {
    const findings = new ConfigurationFindings();
    const found = await readKeyFiles(this.keyFiles, this.files, findings);
    findings.throwIfAny();
    return found;
  }
}

/** Reads and checks key files; each mistake becomes a finding. */
export async function readKeyFiles(
  { files, algorithm, passphrase }: KeyFiles,
  guarded: GuardedFiles,
  findings: ConfigurationFindings,
): Promise<KeySet> {
  const read = files.map(async ({ option, path }) => {
    try {
      return [{ option, key: await guarded.read(path), passphrase: passphrase?.reveal() }];
    } catch (error) {
      findings.add(option, error instanceof FileProblem ? error.message : `${path} is unreadable`);
      return [];
    }
  });
  return resolveConfiguredKeys((await Promise.all(read)).flat(), algorithm, findings);
}
