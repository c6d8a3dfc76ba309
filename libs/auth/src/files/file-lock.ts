import { open, rm, stat, utimes } from 'node:fs/promises';
import { makeFolderOf } from './create-file-once.js';

const STALE_AFTER_MS = 10_000;
const RENEW_EVERY_MS = 1_000;
const POLL_MS = 20;

/**
 * Runs `work` while nobody else of this host does so for `path`. The lock is a file beside it, which its holder renews;
 * one that wasn't renewed for ten seconds is taken over: a process that died must not stop all others for ever.
 *
 * @throws NodeJS.ErrnoException when the lock can't be written
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await makeFolderOf(lock);
  while (!(await isTaken(lock))) await awaitRelease(lock);
  const renewal = setInterval(() => renew(lock), RENEW_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await rm(lock, { force: true });
  }
}

// Nothing here waits for the disk: a lock needn't outlive the machine, and many who wait would slow down its holder.
async function isTaken(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function renew(lock: string): void {
  const now = new Date();
  // What it guards decides; a lock that can't be renewed is one that may be taken over.
  utimes(lock, now, now).catch(() => {});
}

async function awaitRelease(lock: string): Promise<void> {
  const renewedAt = await stat(lock).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
  if (Date.now() - renewedAt > STALE_AFTER_MS) await rm(lock, { force: true });
  await new Promise((done) => {
    setTimeout(done, POLL_MS);
  });
}
