import { createFileOnce } from '../files/create-file-once.js';
import { systemCode } from '../files/guarded-files.js';
import { CommandError, type CommandStreams } from './command.js';

/** Prints what was made, or writes it to a file that isn't there yet. @throws CommandError */
export async function writeNew(
  made: string,
  path: string | undefined,
  { out, err }: CommandStreams,
): Promise<void> {
  if (path === undefined) return out(made);
  const outcome = await createFileOnce(path, `${made}\n`).catch((error: unknown) => {
    throw new CommandError(`${path} can't be written (${systemCode(error)})`);
  });
  // An existing key is never overwritten.
  if (outcome === 'exists') throw new CommandError(`${path} exists already`);
  err(`written to ${path}, readable by you alone`);
}
