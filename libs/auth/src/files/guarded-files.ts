import { type FileHandle, open } from 'node:fs/promises';

const MAX_BYTES = 65_536;
const OTHERS_MAY_WRITE = 0o002;
const OTHERS_MAY_READ = 0o004;

/** A file that can't be used; the message says why and never quotes its content. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';

  constructor(
    message: string,
    /** What the system says, `ENOENT` for a file that isn't there; `undefined` for a file that is refused. */
    readonly code?: string,
  ) {
    super(message);
  }
}

/** What the system calls a failure: `ENOENT`, `EACCES` … */
export function systemCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}

/** Reads files that hold keys and secrets, and looks at who else may. */
export class GuardedFiles {
  private readonly warnedOf = new Set<string>();

  /** @param warn is told once of each file that every user of the machine may read */
  constructor(private readonly warn: (message: string) => void) {}

  /** Text of a file that strangers can't write. Container platforms mount secrets readable by all: that is a warning only. @throws FileProblem */
  async read(path: string): Promise<string> {
    try {
      const file = await open(path);
      try {
        return await this.readOpen(file, path);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (error instanceof FileProblem) throw error;
      const code = systemCode(error);
      throw new FileProblem(`${path} can't be read (${code})`, code);
    }
  }

  // By its descriptor: another file may take the place of the one that was looked at.
  private async readOpen(file: FileHandle, path: string): Promise<string> {
    const { mode, size } = await file.stat();
    // Windows has no such bits.
    if (process.platform !== 'win32') this.checkMode(path, mode);
    if (size > MAX_BYTES) throw new FileProblem(`${path} is far too large for a key or a secret`);
    return file.readFile('utf8');
  }

  private checkMode(path: string, mode: number): void {
    if ((mode & OTHERS_MAY_WRITE) !== 0) {
      throw new FileProblem(`every user of this machine may write it: chmod 600 ${path}`);
    }
    if ((mode & OTHERS_MAY_READ) === 0 || this.warnedOf.has(path)) return;
    this.warnedOf.add(path);
    this.warn(
      `every user of this machine may read ${path}; unless it is a mount of a container: chmod 600 ${path}`,
    );
  }
}
