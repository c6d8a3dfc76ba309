import { failureReason } from '../kernel/failure-reason.js';
import type { Command, CommandStreams } from './command.js';
import { generateCommand } from './generate.js';
import { secretCommand } from './make-secret.js';
import { printClaimsCommand } from './print-claims.js';
import { printJwksCommand } from './print-jwks.js';

const commands: Readonly<Record<string, Command>> = {
  secret: secretCommand,
  generate: generateCommand,
  jwks: printJwksCommand,
  claims: printClaimsCommand,
};

/** Runs the command that `args` name; answers the exit code: 0, or 2 for a mistake of the caller. */
export async function runCommand(
  [name = 'help', ...args]: readonly string[],
  streams: CommandStreams,
): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const isHelp = ['help', '--help', '-h'].includes(name);
    (isHelp ? streams.out : streams.err)(helpText());
    return isHelp ? 0 : 2;
  }
  try {
    await command.run(args, streams);
    return 0;
  } catch (error) {
    streams.err(`gatehouse-keys ${name}: ${failureReason(error)}`);
    return 2;
  }
}

function helpText(): string {
  const lines = Object.values(commands).map(
    ({ usage, summary }) => `  gatehouse-keys ${usage}\n      ${summary}`,
  );
  return ['Keys and tokens of Gatehouse, at the command line.', '', ...lines].join('\n');
}
