import type { KeyObject } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readKeyFile } from '../keys/key-file.js';
import { readKey } from '../keys/material/key-material.js';
import { keyProblem, naturalAlgorithm } from '../keys/material/key-strength.js';
import { type SigningAlgorithm, isHmac, isSigningAlgorithm } from '../keys/material/signing-algorithm.js';
import { verificationKey } from '../keys/signing-key.js';
import { type Command, CommandError } from './command.js';

interface FoundKey {
  readonly key: KeyObject;
  readonly algorithm?: unknown;
  readonly kid?: unknown;
}

/** Prints the public halves of key files as a JWK Set. */
export const printJwksCommand: Command = {
  usage: 'jwks [--alg RS256] FILE…',
  summary: 'Prints the public halves of keys (PEM, JWK, or a keys.json of this library) as a JWK Set.',
  async run(args, { out }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { alg: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length === 0) throw new CommandError('name at least one file');
    const keys = positionals.flatMap((path) =>
      readKeys(path).map((found) => publicJwk(path, found, values.alg)),
    );
    out(JSON.stringify({ keys }, undefined, 2));
  },
};

function readKeys(path: string): readonly FoundKey[] {
  const text = readKeyFile(path);
  if (!text.trimStart().startsWith('{')) return [{ key: readKey(text) }];
  const json = parseJson(path, text);
  if (!Array.isArray(json['keys'])) return [{ key: readKey(json), algorithm: json['alg'], kid: json['kid'] }];
  return (json['keys'] as Record<string, unknown>[]).map((entry) => ({
    key: readKey((entry['privateJwk'] ?? entry) as Record<string, unknown>),
    algorithm: entry['algorithm'] ?? entry['alg'],
    kid: entry['kid'],
  }));
}

function parseJson(path: string, text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // The parser's own words would quote the file.
    throw new CommandError(`${path} is not JSON`);
  }
}

function publicJwk(path: string, found: FoundKey, wanted: string | undefined): unknown {
  const algorithm: unknown = wanted ?? found.algorithm ?? naturalAlgorithm(found.key) ?? 'RS256';
  if (!isSigningAlgorithm(algorithm)) throw new CommandError(`${path}: its algorithm is unknown`);
  const problem = isSecret(found.key, algorithm)
    ? 'a secret has no public half'
    : keyProblem(found.key, algorithm);
  if (problem !== undefined) throw new CommandError(`${path}: ${problem}`);
  const kid = typeof found.kid === 'string' ? found.kid : undefined;
  return verificationKey(found.key, algorithm, { kid }).publicJwk;
}

function isSecret(key: KeyObject, algorithm: SigningAlgorithm): boolean {
  return key.type === 'secret' || isHmac(algorithm);
}
