/** Where a command reads and writes. */
export interface CommandStreams {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** All of standard input. */
  readonly input: () => Promise<string>;
}

/** One of the operators' commands. */
export interface Command {
  /** How it is called, for the help text. */
  readonly usage: string;
  readonly summary: string;
  /** Answers the exit code, where that isn't 0. @throws CommandError for a mistake of the caller */
  run(args: readonly string[], streams: CommandStreams): Promise<number | void>;
  /** What to print of a failure; one line of its reason without. */
  tell?(error: unknown): string;
}

/** A mistake of the caller; its message is all that is printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
