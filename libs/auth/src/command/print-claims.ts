import { parseArgs } from 'node:util';
import { parseCompactJws } from '../jose/compact-jws.js';
import { parseStrictObject } from '../jose/strict-json.js';
import { type Command, CommandError } from './command.js';

const MAX_BYTES = 65_536;
const INSTANTS = ['iat', 'nbf', 'exp', 'auth_time'];
const WARNING = 'NOT VERIFIED: anybody can write such a token. Do not decide anything by what it says.';

/** Prints what a token says, without verifying it. */
export const printClaimsCommand: Command = {
  usage: 'claims [TOKEN]',
  summary: 'Prints what a token says, from standard input or an argument, WITHOUT VERIFYING it.',
  async run(args, { out, err, input }) {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    if (positionals.length > 1) throw new CommandError('one token at a time');
    const token = (positionals[0] ?? (await input())).trim().replace(/^Bearer +/i, '');
    const { header, payload } = readToken(token);
    err(WARNING);
    out(
      JSON.stringify({ verified: false, header, claims: payload, instants: readable(payload) }, undefined, 2),
    );
  },
};

function readToken(token: string): { header: object; payload: Record<string, unknown> } {
  const jws = parseCompactJws(token, MAX_BYTES);
  if ('fault' in jws) throw new CommandError(jws.fault);
  const claims = parseStrictObject(jws.payload);
  if (claims === undefined) throw new CommandError('the claims are not a JSON object');
  return { header: jws.header, payload: claims };
}

function readable(claims: Record<string, unknown>): Record<string, string> {
  const known = INSTANTS.filter((name) => typeof claims[name] === 'number');
  return Object.fromEntries(known.map((name) => [name, isoOf(claims[name] as number)]));
}

function isoOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? 'no instant' : date.toISOString();
}
