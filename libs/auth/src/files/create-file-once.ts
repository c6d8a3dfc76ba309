import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Folder of what the library makes by itself; it keeps itself out of version control. */
export const OWN_FOLDER = '.gatehouse';

/**
 * Makes a file of mode 0600 unless it is there. Atomic: of any number of processes that start together exactly one
 * `created` it, and nobody ever sees half of it.
 *
 * @throws NodeJS.ErrnoException when it can't be written
 */
export async function createFileOnce(path: string, text: string): Promise<'created' | 'exists'> {
  // It may be mounted where nothing can be written.
  if (await isThere(path)) return 'exists';
  return writtenAside(path, text, async (aside) => {
    try {
      await link(aside, path);
      return 'created';
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'exists';
      throw error;
    }
  });
}

/** Puts a file of mode 0600 in the place of another. A crash leaves the old one or the new one, never half of one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await writtenAside(path, text, (aside) => rename(aside, path));
}

/** Writes a whole file beside `path` and has it put in place; whatever fails, nothing is left beside. */
async function writtenAside<T>(
  path: string,
  text: string,
  putInPlace: (aside: string) => Promise<T>,
): Promise<T> {
  await makeFolderOf(path);
  const aside = `${path}.${randomUUID()}`;
  try {
    await writeWhole(aside, text);
    return await putInPlace(aside);
  } finally {
    await rm(aside, { force: true });
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    // Whatever else is wrong shows when it is made.
    () => false,
  );
}

/** Makes the folder of a file, for nobody else to read. */
export async function makeFolderOf(path: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (basename(folder) !== OWN_FOLDER) return;
  await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
