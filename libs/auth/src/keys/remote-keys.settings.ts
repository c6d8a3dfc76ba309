import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { type Duration, resolveDuration } from '../kernel/duration.js';
import {
  type SigningAlgorithm,
  isHmac,
  isSigningAlgorithm,
  signingAlgorithms,
} from './material/signing-algorithm.js';
import { isTrustworthyAddress } from './sources/bounded-fetch.js';

/** Public keys of another issuer, for a module that only verifies. Give `jwksUri`, or `discovery`. */
export interface RemoteKeysOptions {
  /** Address of the JWKS. */
  readonly jwksUri?: string;
  /** Issuer whose `/.well-known/openid-configuration` names the JWKS. */
  readonly discovery?: string;
  /** Accepted algorithms; for a key that names none, the first that fits. @default every asymmetric one, RS256 first */
  readonly algorithms?: readonly SigningAlgorithm[];
  /** Deadline of one request. @default '5s' */
  readonly timeout?: Duration;
  /** Greatest size of an answer in bytes. @default 262144 */
  readonly maxBytes?: number;
}

/** Resolved {@link RemoteKeysOptions}. */
export interface RemoteKeysSettings {
  readonly jwksUri: URL | undefined;
  readonly discovery: string | undefined;
  readonly algorithms: readonly SigningAlgorithm[];
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

const ASYMMETRIC = (Object.keys(signingAlgorithms) as SigningAlgorithm[]).filter((name) => !isHmac(name));

/** Resolves `keys.remote`; each mistake becomes a finding. */
export function resolveRemoteKeys(
  options: RemoteKeysOptions,
  findings: ConfigurationFindings,
): RemoteKeysSettings {
  const { jwksUri, discovery, maxBytes = 262_144 } = options;
  if ((jwksUri === undefined) === (discovery === undefined)) {
    findings.add('keys.remote', 'give either jwksUri or discovery');
  }
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
    findings.add('keys.remote.maxBytes', 'expected a whole number above 0');
  }
  const issuer =
    discovery === undefined ? undefined : resolveAddress('keys.remote.discovery', discovery, findings);
  return Object.freeze({
    jwksUri: jwksUri === undefined ? undefined : resolveAddress('keys.remote.jwksUri', jwksUri, findings),
    discovery: issuer && discovery,
    algorithms: resolveAlgorithms(options.algorithms, findings),
    timeoutMs: resolveDuration('keys.remote.timeout', options.timeout, 5000, findings, {
      min: 100,
      max: 60_000,
    }),
    maxBytes,
  });
}

function resolveAddress(option: string, text: string, findings: ConfigurationFindings): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isTrustworthyAddress(url)) return url;
  findings.add(option, 'expected an https address (http only for this very machine)');
  return undefined;
}

function resolveAlgorithms(
  algorithms: readonly SigningAlgorithm[] = ASYMMETRIC,
  findings: ConfigurationFindings,
): readonly SigningAlgorithm[] {
  const isSound = Array.isArray(algorithms) && algorithms.length > 0;
  if (isSound && algorithms.every((name) => isSigningAlgorithm(name) && !isHmac(name))) return algorithms;
  findings.add('keys.remote.algorithms', `expected a list of ${ASYMMETRIC.join(', ')}`);
  return ASYMMETRIC;
}
