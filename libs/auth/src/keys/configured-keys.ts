import type { KeyObject } from 'node:crypto';
import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { VERIFY_ONLY } from './key-life.js';
import { KeyMaterialError, type KeyInput, readKey } from './material/key-material.js';
import { fitsAlgorithm, keyProblem, naturalAlgorithm } from './material/key-strength.js';
import { type SigningAlgorithm, isSigningAlgorithm } from './material/signing-algorithm.js';
import { type KeySet, type VerificationKey, localSigningKey, verificationKey } from './signing-key.js';

/** A configured key and the option it came from, for findings. */
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
    const key = tryReadKey(entry, findings);
    const resolved = key && resolveKey(entry, key, at === 0, defaultAlgorithm, findings);
    if (resolved === undefined) continue;
    const twin = keys.find(({ kid }) => kid === resolved.kid);
    if (twin !== undefined) findings.add(entry.option, `the key id ${twin.kid} occurs twice`);
    keys.push(resolved);
  }
  return keys;
}

function resolveKey(
  { option, kid, algorithm: own }: NamedKey,
  key: KeyObject,
  signs: boolean,
  defaultAlgorithm: SigningAlgorithm | undefined,
  findings: ConfigurationFindings,
): VerificationKey | undefined {
  const wanted = own ?? (signs ? defaultAlgorithm : fittingDefault(key, defaultAlgorithm));
  const algorithm = wanted ?? naturalAlgorithm(key) ?? 'RS256';
  const problem = isSigningAlgorithm(algorithm)
    ? (keyProblem(key, algorithm) ?? keyIdProblem(kid))
    : 'algorithm: not one that tokens can be signed with';
  if (problem !== undefined) findings.add(option, problem);
  else if (!signs) return verificationKey(key, algorithm, { kid, life: VERIFY_ONLY });
  else if (key.type !== 'public') return localSigningKey(key, algorithm, { kid });
  else findings.add(option, 'the first key signs, so it has to be a private key; this one is public');
  return undefined;
}

// Older keys may be of another kind than the one that signs now.
function fittingDefault(
  key: KeyObject,
  algorithm: SigningAlgorithm | undefined,
): SigningAlgorithm | undefined {
  return algorithm !== undefined && fitsAlgorithm(key, algorithm) ? algorithm : undefined;
}

function tryReadKey(
  { option, key, passphrase }: NamedKey,
  findings: ConfigurationFindings,
): KeyObject | undefined {
  try {
    return readKey(key, passphrase);
  } catch (error) {
    findings.add(option, error instanceof KeyMaterialError ? error.message : 'the key is unreadable');
    return undefined;
  }
}

function keyIdProblem(kid: unknown): string | undefined {
  if (kid === undefined) return undefined;
  return typeof kid === 'string' && /^[\x21-\x7e]{1,256}$/.test(kid)
    ? undefined
    : 'kid: expected 1 to 256 printable ASCII characters without spaces';
}
