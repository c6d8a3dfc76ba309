import type { KeyObject } from 'node:crypto';
import type { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { keyIdProblem } from '../../jose/key-id.js';
import { type Jwk, type KeyInput, jwkOf, readKey } from '../../jose/key-material.js';
import { KeyMaterialError } from '../../jose/key-material-error.js';
import { jwkPurposeProblem } from '../../jose/jwk-purpose.js';
import { fitsAlgorithm, keyProblem, naturalAlgorithm } from '../../jose/key-strength.js';
import { type SigningAlgorithm, isSigningAlgorithm } from '../../jose/signing-algorithm.js';
import {
  type KeySet,
  type VerificationKey,
  VERIFY_ONLY,
  localSigningKey,
  verificationKey,
} from '../signing-key.js';

/** A configured key, its `kid` and algorithm sound, and the option it came from, for findings. */
export interface NamedKey {
  readonly option: string;
  readonly key: KeyInput;
  readonly kid?: string | undefined;
  readonly passphrase?: string | undefined;
  /** The algorithm this key must serve. */
  readonly algorithm?: SigningAlgorithm | undefined;
}

/** Reads and checks a list of keys, of which the first signs; each mistake becomes a finding. */
export function resolveConfiguredKeys(
  named: readonly NamedKey[],
  defaultAlgorithm: SigningAlgorithm | undefined,
  findings: ConfigurationFindings,
): KeySet {
  const keys: VerificationKey[] = [];
  for (const [at, entry] of named.entries()) {
    const read = tryReadKey(entry, findings);
    const resolved = read && resolveKey(entry, read, at === 0, defaultAlgorithm, findings);
    if (resolved === undefined) continue;
    const twin = keys.find(({ kid }) => kid === resolved.kid);
    if (twin !== undefined) findings.add(entry.option, `the key id ${twin.kid} occurs twice`);
    keys.push(resolved);
  }
  return keys;
}

function resolveKey(
  entry: NamedKey,
  { key, jwk }: ReadKey,
  signs: boolean,
  defaultAlgorithm: SigningAlgorithm | undefined,
  findings: ConfigurationFindings,
): VerificationKey | undefined {
  const { option } = entry;
  // What a JWK says of itself holds as if it stood beside the key.
  const kid = entry.kid ?? (jwk['kid'] as string | undefined);
  const own = entry.algorithm ?? (jwk['alg'] as SigningAlgorithm | undefined);
  const wanted = own ?? (signs ? defaultAlgorithm : fittingDefault(key, defaultAlgorithm));
  const algorithm = wanted ?? naturalAlgorithm(key) ?? 'RS256';
  const asked = entry.algorithm ?? (signs ? defaultAlgorithm : undefined);
  const problem =
    jwkPurposeProblem(jwk, signs ? 'sign' : 'verify') ??
    algorithmProblem(algorithm, jwk['alg'], asked) ??
    keyProblem(key, algorithm) ??
    keyIdProblem(kid);
  if (problem !== undefined) findings.add(option, problem);
  else if (!signs) return verificationKey(key, algorithm, { kid, lifetime: VERIFY_ONLY });
  else if (key.type !== 'public') return localSigningKey(key, algorithm, { kid });
  else findings.add(option, 'the first key signs, so it has to be a private key; this one is public');
  return undefined;
}

function algorithmProblem(
  algorithm: unknown,
  stated: unknown,
  asked: SigningAlgorithm | undefined,
): string | undefined {
  if (!isSigningAlgorithm(algorithm)) return 'algorithm: not one that tokens can be signed with';
  if (stated === undefined || asked === undefined || stated === asked) return undefined;
  return `the JWK is for ${isSigningAlgorithm(stated) ? stated : 'another algorithm'}, and ${asked} is asked for: make them agree`;
}

// Older keys may be of another kind than the one that signs now.
function fittingDefault(
  key: KeyObject,
  algorithm: SigningAlgorithm | undefined,
): SigningAlgorithm | undefined {
  return algorithm !== undefined && fitsAlgorithm(key, algorithm) ? algorithm : undefined;
}

/** A key, and the JWK it was given as. */
interface ReadKey {
  readonly key: KeyObject;
  readonly jwk: Jwk;
}

function tryReadKey(
  { option, key, passphrase }: NamedKey,
  findings: ConfigurationFindings,
): ReadKey | undefined {
  try {
    return { key: readKey(key, passphrase), jwk: jwkOf(key) ?? {} };
  } catch (error) {
    findings.add(option, error instanceof KeyMaterialError ? error.message : 'the key is unreadable');
    return undefined;
  }
}
