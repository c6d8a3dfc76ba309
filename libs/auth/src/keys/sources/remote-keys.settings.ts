import type { OptionReader } from '../../kernel/configuration/option-reader.js';
import {
  type SigningAlgorithm,
  isHmac,
  isSigningAlgorithm,
  signingAlgorithms,
} from '../../jose/signing-algorithm.js';
import { isTrustworthyAddress } from './bounded-fetch.js';
import type { KeysOptions } from '../keys.options.js';

/** Options of `keys.remote`. */
export type RemoteKeysOptions = NonNullable<KeysOptions['remote']>;

/** Resolved {@link RemoteKeysOptions}. */
export interface RemoteKeysSettings {
  readonly jwksUri: URL | undefined;
  readonly discovery: string | undefined;
  readonly algorithms: readonly SigningAlgorithm[];
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

const ASYMMETRIC = (Object.keys(signingAlgorithms) as SigningAlgorithm[]).filter((name) => !isHmac(name));

/** Reads `keys.remote`; each mistake becomes a finding. */
export function readRemoteKeys(
  read: OptionReader<{ readonly remote?: RemoteKeysOptions }>,
): RemoteKeysSettings {
  return read.group<RemoteKeysOptions, RemoteKeysSettings>('remote', (remote) => {
    if (remote.has('jwksUri') === remote.has('discovery'))
      remote.findings.add('keys.remote', 'give either jwksUri or discovery');
    const discovery = readAddress('discovery', remote);
    return Object.freeze({
      jwksUri: readAddress('jwksUri', remote),
      // As it was written: the issuer it names is compared byte for byte.
      discovery: discovery && remote.text('discovery', undefined),
      algorithms: readAlgorithms(remote),
      timeoutMs: remote.duration('timeout', 5000, { min: 100, max: 60_000 }),
      maxBytes: remote.count('maxBytes', 262_144),
    });
  });
}

function readAddress(name: 'jwksUri' | 'discovery', read: OptionReader<RemoteKeysOptions>): URL | undefined {
  const text = read.raw(name);
  if (text === undefined) return undefined;
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isTrustworthyAddress(url)) return url;
  read.refuse(name, 'expected an https address (http only for this very machine)');
  return undefined;
}

function readAlgorithms(read: OptionReader<RemoteKeysOptions>): readonly SigningAlgorithm[] {
  const readOne = (name: unknown, path: string): SigningAlgorithm | undefined => {
    if (isSigningAlgorithm(name) && !isHmac(name)) return name;
    read.findings.add(path, `expected one of ${ASYMMETRIC.join(', ')}`);
    return undefined;
  };
  return read.list('algorithms', readOne, { min: 1 }) ?? ASYMMETRIC;
}
