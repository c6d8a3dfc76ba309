import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readKeyFile } from '../key-file.js';
import { KeyStore } from './key-store.js';
import type { StoredKeys } from './stored-keys.js';

const STALE_LOCK_MS = 10_000;
const LOCK_POLL_MS = 20;

/** Keeps generated keys in a file of mode 0600: for development and single hosts. Other processes notice at a reload. */
export class FileKeyStore extends KeyStore {
  constructor(private readonly path: string) {
    super();
  }

  async read(): Promise<StoredKeys | undefined> {
    if (!(await exists(this.path))) return undefined;
    const stored = JSON.parse(readKeyFile(this.path)) as StoredKeys;
    if (!Number.isSafeInteger(stored.version) || !Array.isArray(stored.keys)) {
      throw new Error(`${this.path} does not hold keys of this library`);
    }
    return stored;
  }

  async replace(next: StoredKeys, seen: number): Promise<'stored' | 'outdated'> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    return this.locked(async () => {
      if (seen !== ((await this.read())?.version ?? 0)) return 'outdated';
      // A crash leaves the old file or the new one, never half of one.
      await rename(await this.writeAside(JSON.stringify(next)), this.path);
      return 'stored';
    });
  }

  follow(): () => void {
    return () => {};
  }

  announce(): Promise<void> {
    return Promise.resolve();
  }

  private async writeAside(text: string): Promise<string> {
    const aside = `${this.path}.${randomUUID()}`;
    const file = await open(aside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    return aside;
  }

  private async locked<T>(work: () => Promise<T>): Promise<T> {
    const lock = `${this.path}.lock`;
    const mine = await this.writeAside('');
    try {
      while (!(await linked(mine, lock))) await this.awaitLock(lock);
      try {
        return await work();
      } finally {
        await rm(lock, { force: true });
      }
    } finally {
      await rm(mine, { force: true });
    }
  }

  // A process that died holding the lock must not stop all others for ever.
  private async awaitLock(lock: string): Promise<void> {
    const since = await stat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - since > STALE_LOCK_MS) await rm(lock, { force: true });
    await new Promise((resolve) => {
      setTimeout(resolve, LOCK_POLL_MS);
    });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}
