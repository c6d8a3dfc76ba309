import { createPrivateKey, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { generateKey } from '../keys/sources/key-generator.js';
import {
  algorithmTraits,
  isHmac,
  isSigningAlgorithm,
  signingAlgorithms,
} from '../keys/material/signing-algorithm.js';
import { type Command, CommandError } from './command.js';

const RSA_BITS = ['2048', '3072', '4096'];
const KEY_ENCRYPTION_KEY_BYTES = 32;

/** Makes a private key, a secret, or a key-encryption key. */
export const generateCommand: Command = {
  usage:
    'generate [--alg RS256] [--bits 2048] [--jwk] [--out FILE]\n  gatehouse-keys generate --kek [--out FILE]',
  summary: 'Makes a private key (PEM, or JWK), a secret (HS256…), or a key-encryption key for shared keys.',
  async run(args, { out, err }) {
    const options = {
      alg: { type: 'string', default: 'RS256' },
      bits: { type: 'string', default: '2048' },
      jwk: { type: 'boolean', default: false },
      kek: { type: 'boolean', default: false },
      out: { type: 'string' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const made = values.kek ? randomText(KEY_ENCRYPTION_KEY_BYTES) : await makeKey(values);
    if (values.out === undefined) return out(made);
    writeNew(values.out, `${made}\n`);
    return err(`written to ${values.out}, readable by you alone`);
  },
};

async function makeKey({ alg, bits, jwk }: { alg: string; bits: string; jwk: boolean }): Promise<string> {
  if (!isSigningAlgorithm(alg)) {
    throw new CommandError(`--alg: expected one of ${Object.keys(signingAlgorithms).join(', ')}`);
  }
  if (!RSA_BITS.includes(bits)) throw new CommandError(`--bits: expected one of ${RSA_BITS.join(', ')}`);
  if (isHmac(alg)) return randomText(algorithmTraits(alg).secretBytes ?? KEY_ENCRYPTION_KEY_BYTES);
  const { kid, privateJwk } = await generateKey(alg, Number(bits));
  if (jwk) return JSON.stringify({ ...privateJwk, kid, alg, use: 'sig' }, undefined, 2);
  const key = createPrivateKey({ key: privateJwk as import('node:crypto').JsonWebKey, format: 'jwk' });
  return key.export({ type: 'pkcs8', format: 'pem' }).toString().trimEnd();
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

function writeNew(path: string, text: string): void {
  try {
    // An existing key is never overwritten.
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new CommandError(
      code === 'EEXIST' ? `${path} exists already` : `${path} can't be written (${code})`,
    );
  }
}
