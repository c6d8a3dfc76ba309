import { failureReason } from '../kernel/failure-reason.js';
import type { Command, CommandStreams } from './command.js';
import { generateCommand } from './generate.js';
import { secretCommand } from './make-secret.js';
import { printClaimsCommand } from './print-claims.js';
import { printJwksCommand } from './print-jwks.js';

/** What is run by one name. */
interface Program {
  readonly name: string;
  readonly about: string;
  readonly commands: Readonly<Record<string, Command>>;
}

/** The commands for keys and tokens. */
export const keyCommands: Readonly<Record<string, Command>> = {
  secret: secretCommand,
  generate: generateCommand,
  jwks: printJwksCommand,
  claims: printClaimsCommand,
};

const keysProgram: Program = {
  name: 'gatehouse-keys',
  about: 'Keys and tokens of Gatehouse, at the command line.',
  commands: keyCommands,
};

/** Runs the command that `args` name; answers the exit code: 0, what the command answers, or 2 for a mistake of the caller. */
export async function runCommand(
  [name = 'help', ...args]: readonly string[],
  streams: CommandStreams,
  program = keysProgram,
): Promise<number> {
  const { commands } = program;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const isHelp = ['help', '--help', '-h'].includes(name);
    (isHelp ? streams.out : streams.err)(helpText(program));
    return isHelp ? 0 : 2;
  }
  try {
    return (await command.run(args, streams)) ?? 0;
  } catch (error) {
    streams.err(`${program.name} ${name}: ${command.tell?.(error) ?? failureReason(error)}`);
    return 2;
  }
}

function helpText({ name: program, about, commands }: Program): string {
  const lines = Object.values(commands).map(
    ({ usage, summary }) => `  ${program} ${usage}\n      ${summary}`,
  );
  return [about, '', ...lines].join('\n');
}
