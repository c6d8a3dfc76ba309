import type { KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from '../jose/signing-algorithm.js';
import type { Duration } from '../kernel/duration.js';
import type { KeySource } from './key-source.js';

/** A key: PEM text, JWK, or an already parsed KeyObject. */
type KeyInput = string | Buffer | Readonly<Record<string, unknown>> | KeyObject;

/** One key of a list: the first of the list signs, the others only verify. */
type ConfiguredKey = {
  /** PEM, JWK or KeyObject; public keys will do for all but the first. */
  readonly key: KeyInput;
  /** @default RFC 7638 thumbprint */
  readonly kid?: string;
  /** @default `keys.algorithm` */
  readonly algorithm?: SigningAlgorithm;
  /** Passphrase of an encrypted PEM. */
  readonly passphrase?: string;
};

/** Public keys of another issuer, for a module that only verifies. Give `jwksUri`, or `discovery`. */
type RemoteKeysOptions = {
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
};

/** When keys are replaced, and how long the old and the new one overlap. */
type KeyRotationOptions = {
  /** Age at which the active key is replaced; `false` for never. @default '90d' for managed keys */
  readonly every?: Duration | false;
  /** How long a new key is published before it signs, be it made here or found in a replaced file; at least `jwksMaxAge`. @default `jwksMaxAge` and `refreshEvery` */
  readonly prePublish?: Duration;
  /** How long an old key verifies after its last signature. @default the longest token lifetime, clock tolerance and a minute */
  readonly retireAfter?: Duration;
};

/**
 * Where signing keys come from and how they live. Without any of privateKey, privateKeyFile, secret, remote, source they are
 * managed: made, sealed under the lasting secret, kept in Redis (or in a file, in one process), rotated on schedule.
 */
export interface KeysOptions {
  /** `alg` of new tokens. @default what the given key is for: RS256 for RSA, ES256/384/512 by curve, HS256 for a secret */
  readonly algorithm?: SigningAlgorithm;
  /** File of managed keys when there is no Redis. @default '.gatehouse/keys.json' */
  readonly managedFile?: string;
  /** Private key as PEM or JWK, or a list whose first key signs. */
  readonly privateKey?: KeyInput | readonly (KeyInput | ConfiguredKey)[];
  /** File(s) with a PEM or JWK each, not writable by others; the first signs. Read again on each reload. */
  readonly privateKeyFile?: string | readonly string[];
  /** Passphrase of `privateKey` or `privateKeyFile`. */
  readonly passphrase?: string;
  /** Secret(s) for HS256/384/512 that services share, at least as long as the hash; the first signs, the others only verify. */
  readonly secret?: string | Buffer | readonly (string | Buffer)[];
  /** Public keys of another issuer: the module only verifies (see `accessTokens.foreign`). */
  readonly remote?: RemoteKeysOptions;
  /** A source of the host's own, e.g. over Vault or a KMS. */
  readonly source?: KeySource;
  /** Size of generated RSA keys. @default 2048 */
  readonly rsaBits?: 2048 | 3072 | 4096;
  /** When managed keys are replaced, and how old and new keys overlap. */
  readonly rotation?: KeyRotationOptions;
  /** `max-age` of the JWKS: how long others may keep it. @default '5m' */
  readonly jwksMaxAge?: Duration;
  /** Least time between two reloads caused by an unknown `kid`. @default '30s' */
  readonly reloadCooldown?: Duration;
  /** How often keys are looked at without any cause. @default '1m', of remote keys '10m' */
  readonly refreshEvery?: Duration;
}
