import { parseArgs } from 'node:util';
import { generateKey } from '../keys/managed/key-generator.js';
import { readKey } from '../jose/key-material.js';
import { isHmac, isSigningAlgorithm, signingAlgorithms } from '../jose/signing-algorithm.js';
import { type Command, CommandError } from './command.js';
import { writeNew } from './write-new.js';

const RSA_BITS = ['2048', '3072', '4096'];

/** Makes a private key. */
export const generateCommand: Command = {
  usage: 'generate [--alg RS256] [--bits 2048] [--jwk] [--out FILE]',
  summary: 'Makes a private key (PEM, or JWK).',
  async run(args, streams) {
    const options = {
      alg: { type: 'string', default: 'RS256' },
      bits: { type: 'string', default: '2048' },
      jwk: { type: 'boolean', default: false },
      out: { type: 'string' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    await writeNew(await makeKey(values), values.out, streams);
  },
};

async function makeKey({ alg, bits, jwk }: { alg: string; bits: string; jwk: boolean }): Promise<string> {
  if (!isSigningAlgorithm(alg)) {
    throw new CommandError(`--alg: expected one of ${Object.keys(signingAlgorithms).join(', ')}`);
  }
  if (isHmac(alg)) throw new CommandError(`--alg: ${alg} takes a secret: gatehouse-keys secret`);
  if (!RSA_BITS.includes(bits)) throw new CommandError(`--bits: expected one of ${RSA_BITS.join(', ')}`);
  const { kid, privateJwk } = await generateKey(alg, Number(bits));
  if (jwk) return JSON.stringify({ ...privateJwk, kid, alg, use: 'sig' }, undefined, 2);
  return readKey(privateJwk).export({ type: 'pkcs8', format: 'pem' }).toString().trimEnd();
}
