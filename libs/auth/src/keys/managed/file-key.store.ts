import { resolve } from 'node:path';
import { replaceFile } from '../../files/create-file-once.js';
import { withFileLock } from '../../files/file-lock.js';
import { FileProblem, type GuardedFiles } from '../../files/guarded-files.js';
import { type KeyRecord, KeyStore } from './key.store.js';

/** Keeps managed keys in a file of mode 0600, for a single host. Other processes notice at a reload. */
export class FileKeyStore extends KeyStore {
  // Not the path: a mounted volume may move.
  readonly place = 'the key file';

  private readonly path: string;

  constructor(
    path: string,
    private readonly files: GuardedFiles,
  ) {
    super();
    // The process may go elsewhere.
    this.path = resolve(path);
  }

  async read(): Promise<KeyRecord | undefined> {
    const text = await this.files.read(this.path).catch(unlessMissing);
    if (text === undefined) return undefined;
    const record = parseRecord(text);
    if (record === undefined) throw new Error(`${this.path} does not hold keys of this library`);
    return record;
  }

  replace(next: KeyRecord, seen: number): Promise<'stored' | 'outdated'> {
    return withFileLock(this.path, async () => {
      if (seen !== ((await this.read())?.version ?? 0)) return 'outdated';
      await replaceFile(this.path, JSON.stringify(next));
      return 'stored';
    });
  }

  follow(): () => void {
    return () => {};
  }

  announce(): Promise<void> {
    return Promise.resolve();
  }
}

// The parser's own words would quote the file.
function parseRecord(text: string): KeyRecord | undefined {
  try {
    const { version, sealed } = JSON.parse(text) as Record<keyof KeyRecord, unknown>;
    return Number.isSafeInteger(version) && typeof sealed === 'string'
      ? { version: version as number, sealed }
      : undefined;
  } catch {
    return undefined;
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof FileProblem && error.code === 'ENOENT') return undefined;
  throw error;
}
