import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Command, CommandError } from './command.js';
import { writeNew } from './write-new.js';

const LEAST_BYTES = 32;
const MOST_BYTES = 1024;

/** Makes a secret: the lasting one of an app, or one that services share for HS256. */
export const secretCommand: Command = {
  usage: 'secret [--bytes 32] [--out FILE]',
  summary:
    'Makes a random secret, base64: for the option `secret`, or for `keys.secret` (64 bytes for HS512).',
  async run(args, streams) {
    const options = {
      bytes: { type: 'string', default: String(LEAST_BYTES) },
      out: { type: 'string' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const bytes = Number(values.bytes);
    if (!Number.isSafeInteger(bytes) || bytes < LEAST_BYTES || bytes > MOST_BYTES)
      throw new CommandError(`--bytes: expected a whole number from ${LEAST_BYTES} to ${MOST_BYTES}`);
    await writeNew(randomBytes(bytes).toString('base64'), values.out, streams);
  },
};
