import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { type Duration, resolveDuration } from '../kernel/duration.js';

/** How long sessions of one client live. */
export interface SessionProfileOptions {
  /**
   * Ends a session that isn't refreshed for so long.
   * @default '7d'
   */
  readonly idleTtl?: Duration;
  /**
   * Ends a session so long after login, however often it is refreshed.
   * @default '30d'
   */
  readonly absoluteTtl?: Duration;
}

/** How sessions and their refresh tokens behave. */
export interface RefreshSessionsOptions extends SessionProfileOptions {
  /** Other lives for single clients, by client id; what is left out comes from the options above. */
  readonly profiles?: Readonly<Record<string, SessionProfileOptions>>;
  /**
   * How long after a rotation the used token may come back and gets the same successor again: retries after a lost
   * response, parallel tabs. `0` is strict one-time use.
   * @default '10s'
   */
  readonly reuseWindow?: Duration;
  /**
   * Greatest number of live sessions of one subject; `0` is no limit.
   * @default 0
   */
  readonly maxSessionsPerSubject?: number;
  /**
   * At that limit: end the session that has been idle longest, or refuse the login with `session_limit_reached`.
   * @default 'evict-oldest'
   */
  readonly whenFull?: 'evict-oldest' | 'reject';
  /**
   * What refresh tokens begin with, for secret scanners.
   * @default 'ghr'
   */
  readonly tokenPrefix?: string;
  /**
   * Secrets of the MAC in refresh tokens, newest first, each at least 32 bytes. To replace one, put its successor in
   * front and drop the old one after the longest idle time; nobody is logged out.
   */
  readonly macSecrets?: readonly (string | Buffer)[];
  /**
   * Greatest number of sessions a memory store holds; then the one opened first is dropped.
   * @default 100_000
   */
  readonly maxSessionsInMemory?: number;
}

/** Resolved lives of the sessions of a client. */
export interface SessionProfile {
  readonly idleTtlMs: number;
  readonly absoluteTtlMs: number;
}

/** Resolved {@link RefreshSessionsOptions}; type and DI token. */
export abstract class RefreshSessionsSettings {
  /** Lives of a client's sessions. */
  abstract profileOf(clientId: string): SessionProfile;
  /** Longest absolute life over all profiles. */
  abstract readonly longestLifeMs: number;
  abstract readonly reuseWindowMs: number;
  abstract readonly maxSessionsPerSubject: number;
  abstract readonly whenFull: 'evict-oldest' | 'reject';
  abstract readonly tokenPrefix: string;
  abstract readonly macSecrets: readonly (string | Buffer)[];
  abstract readonly maxSessionsInMemory: number;
}

const DAY_MS = 86_400_000;
const DEFAULT_PROFILE: SessionProfile = { idleTtlMs: 7 * DAY_MS, absoluteTtlMs: 30 * DAY_MS };

/**
 * Resolves {@link RefreshSessionsOptions}; mistakes become findings under `sessions`.
 * @param fallbackSecret MAC secret to use when the options bring none.
 */
export function resolveRefreshSessionsSettings(
  options: RefreshSessionsOptions = {},
  findings: ConfigurationFindings,
  fallbackSecret?: string | Buffer,
): RefreshSessionsSettings {
  const standard = resolveProfile('sessions', options, DEFAULT_PROFILE, findings);
  const profiles = new Map(
    Object.entries(options.profiles ?? {}).map(([clientId, profile]) => [
      clientId,
      resolveProfile(`sessions.profiles.${clientId}`, profile, standard, findings),
    ]),
  );
  return Object.freeze({
    profileOf: (clientId: string) => profiles.get(clientId) ?? standard,
    longestLifeMs: Math.max(standard.absoluteTtlMs, ...[...profiles.values()].map((p) => p.absoluteTtlMs)),
    reuseWindowMs: resolveDuration('sessions.reuseWindow', options.reuseWindow, 10_000, findings, {
      max: 300_000,
    }),
    ...resolveLimits(options, findings),
    tokenPrefix: resolvePrefix(options.tokenPrefix, findings),
    macSecrets: resolveSecrets(options.macSecrets, fallbackSecret, findings),
  });
}

function resolveProfile(
  path: string,
  { idleTtl, absoluteTtl }: SessionProfileOptions,
  fallback: SessionProfile,
  findings: ConfigurationFindings,
): SessionProfile {
  const absoluteTtlMs = resolveDuration(
    `${path}.absoluteTtl`,
    absoluteTtl,
    fallback.absoluteTtlMs,
    findings,
    {
      min: 1000,
    },
  );
  const idleFallbackMs = Math.min(fallback.idleTtlMs, absoluteTtlMs);
  const idleTtlMs = resolveDuration(`${path}.idleTtl`, idleTtl, idleFallbackMs, findings, { min: 1000 });
  if (idleTtlMs > absoluteTtlMs) findings.add(`${path}.idleTtl`, 'must not be longer than absoluteTtl');
  return Object.freeze({ idleTtlMs, absoluteTtlMs });
}

function resolveLimits(
  {
    maxSessionsPerSubject = 0,
    whenFull = 'evict-oldest',
    maxSessionsInMemory = 100_000,
  }: RefreshSessionsOptions,
  findings: ConfigurationFindings,
): Pick<RefreshSessionsSettings, 'maxSessionsPerSubject' | 'whenFull' | 'maxSessionsInMemory'> {
  if (!Number.isSafeInteger(maxSessionsPerSubject) || maxSessionsPerSubject < 0) {
    findings.add('sessions.maxSessionsPerSubject', 'expected a whole number, 0 for no limit');
  }
  if (whenFull !== 'evict-oldest' && whenFull !== 'reject') {
    findings.add('sessions.whenFull', "expected 'evict-oldest' or 'reject'");
  }
  if (!Number.isSafeInteger(maxSessionsInMemory) || maxSessionsInMemory < 1) {
    findings.add('sessions.maxSessionsInMemory', 'expected a positive whole number');
  }
  return { maxSessionsPerSubject, whenFull, maxSessionsInMemory };
}

function resolvePrefix(prefix = 'ghr', findings: ConfigurationFindings): string {
  if (!/^[A-Za-z0-9]{1,16}$/.test(prefix)) {
    findings.add('sessions.tokenPrefix', 'expected 1 to 16 letters or digits');
  }
  return prefix;
}

function resolveSecrets(
  secrets: readonly (string | Buffer)[] | undefined,
  fallback: string | Buffer | undefined,
  findings: ConfigurationFindings,
): readonly (string | Buffer)[] {
  const ring = secrets ?? (fallback === undefined ? [] : [fallback]);
  if (ring.length === 0) findings.add('sessions.macSecrets', 'expected at least one secret');
  // RFC 2104 §3: a key shorter than the hash's output weakens the MAC.
  for (const [place, secret] of ring.entries()) {
    if (Buffer.byteLength(secret) < 32) {
      findings.add(`sessions.macSecrets[${place}]`, 'expected at least 32 bytes');
    }
  }
  return ring;
}
