import type { KeyObject } from 'node:crypto';
import { parseArgs } from 'node:util';
import { GuardedFiles } from '../files/guarded-files.js';
import { keyIdProblem } from '../jose/key-id.js';
import { jwkPurposeProblem } from '../jose/jwk-purpose.js';
import { type Jwk, jwkOf, readKey } from '../jose/key-material.js';
import { keyProblem, naturalAlgorithm } from '../jose/key-strength.js';
import { type SigningAlgorithm, isHmac, isSigningAlgorithm } from '../jose/signing-algorithm.js';
import { failureReason } from '../kernel/failure-reason.js';
import { verificationKey } from '../keys/signing-key.js';
import { type Command, CommandError } from './command.js';

interface FoundKey {
  readonly key: KeyObject;
  /** What it says of itself, if it is a JWK. */
  readonly jwk: Jwk;
}

/** Prints the public halves of key files as a JWK Set. */
export const printJwksCommand: Command = {
  usage: 'jwks [--alg RS256] FILE…',
  summary: 'Prints the public halves of keys (PEM, JWK or JWK Set) as a JWK Set.',
  async run(args, { out, err }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { alg: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length === 0) throw new CommandError('name at least one file');
    const files = new GuardedFiles(err);
    const keys = await Promise.all(
      positionals.map(async (path) => publicJwks(path, await files.read(path), values.alg)),
    );
    out(JSON.stringify({ keys: keys.flat() }, undefined, 2));
  },
};

function publicJwks(path: string, text: string, algorithm: string | undefined): unknown[] {
  try {
    return readKeys(text).map((found) => publicJwk(found, algorithm));
  } catch (error) {
    throw new CommandError(`${path}: ${failureReason(error)}`);
  }
}

function readKeys(text: string): readonly FoundKey[] {
  const jwk = jwkOf(text);
  if (jwk === undefined) return [{ key: readKey(text), jwk: {} }];
  const listed = jwk['keys'];
  const jwks = Array.isArray(listed) ? (listed as Jwk[]) : [jwk];
  return jwks.map((each) => ({ key: readKey(each), jwk: each }));
}

function publicJwk({ key, jwk }: FoundKey, wanted: string | undefined): unknown {
  const algorithm: unknown = wanted ?? jwk['alg'] ?? naturalAlgorithm(key) ?? 'RS256';
  if (!isSigningAlgorithm(algorithm)) throw new CommandError('its algorithm is unknown');
  const problem = isSecret(key, algorithm)
    ? 'a secret has no public half'
    : (jwkPurposeProblem(jwk, 'verify') ?? keyProblem(key, algorithm) ?? keyIdProblem(jwk['kid']));
  if (problem !== undefined) throw new CommandError(problem);
  return verificationKey(key, algorithm, { kid: jwk['kid'] as string | undefined }).publicJwk;
}

function isSecret(key: KeyObject, algorithm: SigningAlgorithm): boolean {
  return key.type === 'secret' || isHmac(algorithm);
}
