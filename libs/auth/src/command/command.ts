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
  /** @throws CommandError for a mistake of the caller */
  run(args: readonly string[], streams: CommandStreams): Promise<void>;
}

/** A mistake of the caller; its message is all that is printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
