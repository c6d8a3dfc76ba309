import { readFileSync, statSync } from 'node:fs';
import { KeyMaterialError } from './material/key-material.js';

const MAX_KEY_FILE_BYTES = 65_536;
const OTHERS_MAY_READ_OR_WRITE = 0o006;

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
