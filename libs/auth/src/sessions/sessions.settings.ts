import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import type { Duration } from '../kernel/duration.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';

/** How long sessions of one client live. */
type SessionProfileOptions = {
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
  /**
   * How long after a rotation the used token gets the same successor again while nobody has used what the rotation handed
   * out: neither the new refresh token nor an access token that came with it. An answer that was lost logs nobody out. `0`
   * for clients whose access tokens only other servers verify, where nobody sees that they are used.
   * @default `idleTtl`, or 0 where `reuseWindow` is 0
   */
  readonly replayUnconfirmed?: Duration;
};

/** How sessions and their refresh tokens behave. */
export interface SessionsOptions extends SessionProfileOptions {
  /** Other lifetimes for single clients, by client id; what is left out comes from the options above. */
  readonly profiles?: Readonly<Record<string, SessionProfileOptions>>;
  /**
   * How long after a rotation the used token may come back and gets the same successor again, used or not: parallel tabs,
   * requests that overtake each other. `0` is strict one-time use, unless `replayUnconfirmed` is set as well.
   * @default '10s'
   */
  readonly reuseWindow?: Duration;
  /**
   * Greatest number of live sessions of one subject; `0` is no limit.
   * @default 100
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
   * Greatest number of sessions a memory store holds; then the one opened first is dropped.
   * @default 100_000
   */
  readonly maxSessionsInMemory?: number;
}

/** Resolved lifetimes of the sessions of a client. */
export interface SessionProfile {
  readonly idleTtlMs: number;
  readonly absoluteTtlMs: number;
  readonly replayUnconfirmedMs: number;
}

/** Resolved {@link SessionsOptions}; type and DI token. */
export abstract class SessionsSettings {
  /** Lifetimes of the sessions of the clients that have their own, by client id. */
  abstract readonly profiles: ReadonlyMap<string, SessionProfile>;
  /** Those of all others. */
  abstract readonly standard: SessionProfile;
  /** Longest absolute lifetime over all profiles. */
  abstract readonly longestLifetimeMs: number;
  abstract readonly reuseWindowMs: number;
  abstract readonly maxSessionsPerSubject: number;
  abstract readonly whenFull: 'evict-oldest' | 'reject';
  abstract readonly tokenPrefix: string;
  abstract readonly maxSessionsInMemory: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const DEFAULT_LIFETIMES = { idleTtlMs: 7 * DAY_MS, absoluteTtlMs: 30 * DAY_MS };
const TOKEN_PREFIX = { pattern: /^[A-Za-z0-9]{1,16}$/, expected: '1 to 16 letters or digits' };

/** Resolves {@link SessionsOptions}; mistakes become findings under `sessions`. */
export function resolveSessionsSettings(given: unknown, findings: ConfigurationFindings): SessionsSettings {
  return readOptions<SessionsOptions, SessionsSettings>(given, 'sessions', findings, (read) => {
    const reuseWindowMs = read.duration('reuseWindow', 10_000, { max: 300_000 });
    // Whoever asked for strict one-time use gets it.
    const inherited = reuseWindowMs === 0 ? { replayUnconfirmedMs: 0 } : {};
    const standard = resolveProfile(read, { ...DEFAULT_LIFETIMES, ...inherited });
    const { replayUnconfirmedMs: _ownIdleTtl, ...lifetimes } = standard;
    const fallback = read.has('replayUnconfirmed') ? standard : { ...lifetimes, ...inherited };
    const profiles = read.record('profiles', (profile, path) =>
      readOptions<SessionProfileOptions, SessionProfile>(profile, path, findings, (each) =>
        resolveProfile(each, fallback),
      ),
    );
    const all = [standard, ...profiles.values()];
    return Object.freeze({
      profiles,
      standard,
      longestLifetimeMs: Math.max(...all.map(({ absoluteTtlMs }) => absoluteTtlMs)),
      reuseWindowMs,
      maxSessionsPerSubject: read.count('maxSessionsPerSubject', 100, { min: 0 }),
      whenFull: read.choice('whenFull', ['evict-oldest', 'reject']),
      maxSessionsInMemory: read.count('maxSessionsInMemory', 100_000),
      tokenPrefix: read.text('tokenPrefix', 'ghr', TOKEN_PREFIX),
    });
  });
}

// 604800 would be a week in seconds and ten minutes in milliseconds, so no bare number below an hour is taken.
function resolveProfile(
  read: OptionReader<SessionProfileOptions>,
  fallback: Omit<SessionProfile, 'replayUnconfirmedMs'> & Partial<SessionProfile>,
): SessionProfile {
  const bounds = { min: 1000, bareMin: HOUR_MS };
  const absoluteTtlMs = read.duration('absoluteTtl', fallback.absoluteTtlMs, bounds);
  const idleTtlMs = read.duration('idleTtl', Math.min(fallback.idleTtlMs, absoluteTtlMs), bounds);
  if (idleTtlMs > absoluteTtlMs) read.refuse('idleTtl', 'must not be longer than absoluteTtl');
  const replayUnconfirmedMs = read.duration('replayUnconfirmed', fallback.replayUnconfirmedMs ?? idleTtlMs, {
    bareMin: 60_000,
  });
  return Object.freeze({ idleTtlMs, absoluteTtlMs, replayUnconfirmedMs });
}
