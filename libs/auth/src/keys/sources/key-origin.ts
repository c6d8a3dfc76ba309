import { makeshiftSecretProblem } from '../../jose/secret-strength.js';
import {
  type SigningAlgorithm,
  isHmac,
  isSigningAlgorithm,
  secretBits,
  signingAlgorithms,
} from '../../jose/signing-algorithm.js';
import { OWN_FOLDER } from '../../files/create-file-once.js';
import { namedPaths } from '../../files/named-paths.js';
import { OpaqueSecret } from '../../kernel/opaque-secret.js';
import type { OptionReader } from '../../kernel/configuration/option-reader.js';
import { isKeySource, type KeySource } from '../key-source.js';
import type { KeysOptions } from '../keys.options.js';
import type { KeySet } from '../signing-key.js';
import { resolveConfiguredKeys } from './configured-keys.js';
import type { KeyFiles } from './file.key-source.js';
import { namedKeys, namedSecrets } from './named-keys.js';
import { type RemoteKeysSettings, readRemoteKeys } from './remote-keys.settings.js';

/** What keys the library makes, and where they are kept. */
export interface ManagedKeys {
  readonly algorithm: SigningAlgorithm;
  readonly rsaBits: number;
  /** File they are kept in without Redis. */
  readonly file: string;
}

/** What an origin is checked against besides its options. */
export interface OriginEnvironment {
  /** Refuses secrets that look made up. */
  readonly production: boolean;
  /** Whether managed keys are kept in Redis. */
  readonly usesRedis: boolean;
}

/** Where the keys come from, checked as far as can be without going there. */
export type KeyOrigin =
  | { readonly kind: 'managed'; readonly managed: ManagedKeys }
  | { readonly kind: 'static'; readonly keys: KeySet }
  | { readonly kind: 'files'; readonly files: KeyFiles }
  | { readonly kind: 'remote'; readonly remote: RemoteKeysSettings }
  | { readonly kind: 'custom'; readonly source: KeySource };

type Reader = OptionReader<KeysOptions>;

const ORIGINS = ['privateKey', 'privateKeyFile', 'secret', 'remote', 'source'] as const;

/** Reads where keys come from; each mistake becomes a finding. */
export function readKeyOrigin(read: Reader, { production, usesRedis }: OriginEnvironment): KeyOrigin {
  const algorithm = readAlgorithm(read);
  const given = ORIGINS.filter((name) => read.has(name));
  if (given.length > 1)
    read.findings.add('keys', `give one of ${given.join(', ')}, not ${given.length} of them`);
  const passphrase = read.text('passphrase', undefined);
  const managed = readManaged(read, algorithm);
  if (read.has('managedFile') && given.length > 0)
    read.refuse('managedFile', `is for keys that the library makes, and ${given[0]} is given`);
  switch (given[0]) {
    case 'privateKey': {
      const named = namedKeys(read.raw('privateKey'), passphrase, read.findings);
      return { kind: 'static', keys: resolveConfiguredKeys(named, algorithm, read.findings) };
    }
    case 'secret':
      return { kind: 'static', keys: readSecrets(read, algorithm ?? 'HS256', production) };
    case 'privateKeyFile':
      return { kind: 'files', files: readFiles(read, algorithm, passphrase) };
    case 'remote':
      return { kind: 'remote', remote: readRemoteKeys(read) };
    case 'source':
      return { kind: 'custom', source: readSource(read) };
    default:
      refuseUnfitManaged(read, managed, usesRedis);
      return { kind: 'managed', managed };
  }
}

function readManaged(read: Reader, algorithm: SigningAlgorithm = 'RS256'): ManagedKeys {
  return {
    algorithm,
    rsaBits: read.choice('rsaBits', [2048, 3072, 4096]),
    file: read.text('managedFile', `${OWN_FOLDER}/keys.json`),
  };
}

function refuseUnfitManaged(read: Reader, { algorithm }: ManagedKeys, usesRedis: boolean): void {
  if (isHmac(algorithm))
    read.refuse('algorithm', `${algorithm} needs keys.secret: secrets are not generated`);
  if (usesRedis && read.has('managedFile'))
    read.refuse('managedFile', 'is not used with `redis`: managed keys are kept there');
}

function readAlgorithm(read: Reader): SigningAlgorithm | undefined {
  const value = read.raw('algorithm');
  if (value === undefined || isSigningAlgorithm(value)) return value;
  read.refuse('algorithm', `expected one of ${Object.keys(signingAlgorithms).join(', ')}`);
  return undefined;
}

/** What does for trying things out on a laptop doesn't do in production. Secrets refused already aren't refused twice. */
function readSecrets(read: Reader, algorithm: SigningAlgorithm, production: boolean): KeySet {
  const named = namedSecrets(read.raw('secret'), read.findings);
  const keys = resolveConfiguredKeys(named, algorithm, read.findings);
  if (!production) return keys;
  for (const { option, key } of named) {
    const kept = keys.find((entry) => entry.key === key);
    const problem = kept && makeshiftSecretProblem(kept.key.export(), secretBits(kept.algorithm));
    if (problem !== undefined) read.findings.add(option, problem);
  }
  return keys;
}

function readFiles(
  read: Reader,
  algorithm: SigningAlgorithm | undefined,
  passphrase: string | undefined,
): KeyFiles {
  return {
    files: namedPaths(read.raw('privateKeyFile'), read.pathOf('privateKeyFile'), read.findings),
    algorithm,
    passphrase: passphrase === undefined ? undefined : new OpaqueSecret(passphrase),
  };
}

function readSource(read: Reader): KeySource {
  const source = read.instance<KeySource>(
    'source',
    isKeySource,
    'an object of a class that extends KeySource',
  );
  return source as KeySource;
}
