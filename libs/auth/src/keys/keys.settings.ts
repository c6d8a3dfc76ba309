import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { type Duration, type DurationBounds, resolveDuration } from '../kernel/duration.js';
import type { KeyInput } from './material/key-material.js';
import type { KeySource } from './key-source.js';
import { type KeyOrigin, resolveKeyOrigin } from './key-origin.js';
import type { RemoteKeysOptions } from './remote-keys.settings.js';
import type { SigningAlgorithm } from './material/signing-algorithm.js';

/** One key of a list: the first of the list signs, the others only verify. */
export interface ConfiguredKey {
  /** PEM, JWK or KeyObject; public keys will do for all but the first. */
  readonly key: KeyInput;
  /** @default RFC 7638 thumbprint */
  readonly kid?: string;
  /** @default `keys.algorithm` */
  readonly algorithm?: SigningAlgorithm;
  /** Passphrase of an encrypted PEM. */
  readonly passphrase?: string;
}

/** When keys are replaced, and how long the old and the new one overlap. */
export interface KeyRotationOptions {
  /** Age at which the active key is replaced; `false` for never. @default false */
  readonly every?: Duration | false;
  /** How long a new key is published before it signs; at least `jwksMaxAge`. @default `jwksMaxAge` and `refreshEvery` */
  readonly prePublish?: Duration;
  /** How long an old key verifies after its last signature. @default the longest token life, clock tolerance and a minute */
  readonly retireAfter?: Duration;
}

/** Where signing keys come from and how they live. Give one of privateKey, privateKeyFile, secret, file, shared, remote, source. */
export interface KeysOptions {
  /** `alg` of new tokens. @default what the given key is for: RS256 for RSA, ES256/384/512 by curve, HS256 for a secret */
  readonly algorithm?: SigningAlgorithm;
  /** Private key as PEM or JWK, or a list whose first key signs. */
  readonly privateKey?: KeyInput | readonly (KeyInput | ConfiguredKey)[];
  /** File(s) with a PEM or JWK each, not readable by others; the first signs. Read again on each reload. */
  readonly privateKeyFile?: string | readonly string[];
  /** Passphrase of `privateKey` or `privateKeyFile`. */
  readonly passphrase?: string;
  /** Secret(s) for HS256/384/512, at least as long as the hash; the first signs, the others only verify. */
  readonly secret?: string | Buffer | readonly (string | Buffer)[];
  /** File in which generated keys are kept (mode 0600), e.g. `.gatehouse/keys.json`: for development and single hosts. */
  readonly file?: string;
  /** Keys generated once and shared by all instances through Redis, sealed with `keyEncryptionKey`. @default false */
  readonly shared?: boolean;
  /** 32 bytes (base64 or hex) that seal shared keys; a list to change it: the first seals, all open. */
  readonly keyEncryptionKey?: string | readonly string[];
  /** Public keys of another issuer: the module only verifies (see `accessTokens.foreign`). */
  readonly remote?: RemoteKeysOptions;
  /** A source of the host's own, e.g. over Vault or a KMS. */
  readonly source?: KeySource;
  /** Size of generated RSA keys. @default 2048 */
  readonly rsaBits?: 2048 | 3072 | 4096;
  /** Only for sources that make keys: `file`, `shared`, or none given. */
  readonly rotation?: KeyRotationOptions;
  /** `max-age` of the JWKS: how long others may keep it. @default '5m' */
  readonly jwksMaxAge?: Duration;
  /** Least time between two reloads caused by an unknown `kid`. @default '30s' */
  readonly reloadCooldown?: Duration;
  /** How often keys are looked at without any cause. @default '1m', of remote keys '10m' */
  readonly refreshEvery?: Duration;
}

/** Resolved {@link KeysOptions}. */
export abstract class KeysSettings {
  /** `alg` of generated keys. */
  abstract readonly algorithm: SigningAlgorithm;
  abstract readonly origin: KeyOrigin;
  abstract readonly rsaBits: number;
  /** `undefined`: only on demand. */
  abstract readonly rotateEveryMs: number | undefined;
  abstract readonly prePublishMs: number;
  abstract readonly retireAfterMs: number;
  abstract readonly jwksMaxAgeSeconds: number;
  abstract readonly reloadCooldownMs: number;
  abstract readonly refreshEveryMs: number;
}

/** What key settings depend on besides their options. */
export interface KeysEnvironment {
  /** Refuses keys that live only as long as the process. */
  readonly production: boolean;
  /** Longest life of a token, clock tolerance included. @default one day */
  readonly longestTokenMs?: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Resolves the key options. Reads the key files it is given (to report them), nothing else outside its arguments. */
export function resolveKeysSettings(
  options: KeysOptions = {},
  { production, longestTokenMs = DAY_MS }: KeysEnvironment,
  findings: ConfigurationFindings,
): KeysSettings {
  const { algorithm, origin } = resolveKeyOrigin(options, production, findings);
  const { jwksMaxAge, refreshEvery, reloadCooldown, rotation, rsaBits } = options;
  const span = (name: string, value: unknown, fallbackMs: number, bounds?: DurationBounds): number =>
    resolveDuration(`keys.${name}`, value, fallbackMs, findings, bounds);
  const jwksMaxAgeMs = span('jwksMaxAge', jwksMaxAge, 5 * MINUTE_MS, { max: DAY_MS });
  const usualMs = origin.kind === 'remote' ? 10 * MINUTE_MS : MINUTE_MS;
  const refreshEveryMs = span('refreshEvery', refreshEvery, usualMs, { min: 1000, max: DAY_MS });
  // An instance that missed the signal serves the old JWKS until it looks by itself, and that JWKS may be cached.
  const overlapMs = jwksMaxAgeMs + refreshEveryMs;
  return Object.freeze({
    algorithm,
    origin,
    rsaBits: resolveRsaBits(rsaBits, findings),
    rotateEveryMs: resolveSchedule(rotation?.every, origin, findings),
    prePublishMs: span('rotation.prePublish', rotation?.prePublish, overlapMs, { min: jwksMaxAgeMs }),
    retireAfterMs: span('rotation.retireAfter', rotation?.retireAfter, longestTokenMs + MINUTE_MS, {
      min: longestTokenMs,
    }),
    jwksMaxAgeSeconds: Math.floor(jwksMaxAgeMs / 1000),
    reloadCooldownMs: span('reloadCooldown', reloadCooldown, 30_000),
    refreshEveryMs,
  });
}

function resolveSchedule(
  every: Duration | false | undefined,
  { kind }: KeyOrigin,
  findings: ConfigurationFindings,
): number | undefined {
  const option = 'keys.rotation.every';
  if (every === undefined || every === false) return undefined;
  if (kind === 'static' || kind === 'files' || kind === 'remote') {
    findings.add(
      option,
      'only keys that the library makes can rotate by themselves: see keys.shared and keys.file',
    );
  }
  return resolveDuration(option, every, 30 * DAY_MS, findings, { min: 10 * MINUTE_MS });
}

function resolveRsaBits(bits: unknown, findings: ConfigurationFindings): number {
  if (bits === undefined) return 2048;
  if (bits === 2048 || bits === 3072 || bits === 4096) return bits;
  findings.add('keys.rsaBits', 'expected 2048, 3072 or 4096');
  return 2048;
}
