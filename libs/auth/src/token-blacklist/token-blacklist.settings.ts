import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { type Duration, resolveDuration } from '../kernel/duration.js';

/** How revocations are checked and kept. */
export interface TokenBlacklistOptions {
  /**
   * How old an answer about revocations may be. `0` asks the store on every request; above, an instance may answer from
   * its own copy of recent revocations as long as that copy is at most this old. Set it alike on every instance.
   * @default 0
   */
  readonly maxStaleness?: Duration;
  /**
   * Greatest number of revocations a memory store remembers at once; further ones are refused rather than forgotten.
   * @default 250_000
   */
  readonly maxRevocationsInMemory?: number;
}

/** Lives that a revocation must outlast, known to other capabilities. */
export interface RevocableLives {
  /** Longest life of an access token, clock tolerance included, in milliseconds. */
  readonly accessTokenLifeMs: number;
  /** Clock tolerance of access tokens in milliseconds. */
  readonly clockToleranceMs: number;
  /** Longest life of a session in milliseconds. */
  readonly sessionLifeMs: number;
}

/** Resolved {@link TokenBlacklistOptions}; type and DI token. */
export abstract class TokenBlacklistSettings {
  /** Longest life of an access token, clock tolerance included. */
  abstract readonly accessTokenLifeMs: number;
  /** Clock tolerance of access tokens. */
  abstract readonly clockToleranceMs: number;
  /** Longest life of a session. */
  abstract readonly sessionLifeMs: number;
  /** Greatest age of an answer; 0 means every check asks the store. */
  abstract readonly maxStalenessMs: number;
  /** How long the feed of recent revocations is kept; 0 when no instance reads it. */
  abstract readonly feedTtlMs: number;
  /** Bound of the memory store. */
  abstract readonly maxRevocationsInMemory: number;
}

// The copy is read four times per bound from 64 streams: below this, asking the store on each request is cheaper.
const SHORTEST_BOUND_MS = 100;

/** Resolves {@link TokenBlacklistOptions}; mistakes become findings under `revocation`. */
export function resolveTokenBlacklistSettings(
  options: TokenBlacklistOptions = {},
  findings: ConfigurationFindings,
  lives: RevocableLives,
): TokenBlacklistSettings {
  const { maxRevocationsInMemory = 250_000 } = options;
  if (!Number.isSafeInteger(maxRevocationsInMemory) || maxRevocationsInMemory < 1) {
    findings.add('revocation.maxRevocationsInMemory', 'expected a positive whole number');
  }
  const maxStalenessMs = resolveDuration('revocation.maxStaleness', options.maxStaleness, 0, findings, {
    max: lives.accessTokenLifeMs,
  });
  if (maxStalenessMs > 0 && maxStalenessMs < SHORTEST_BOUND_MS) {
    findings.add('revocation.maxStaleness', `expected 0 or at least ${SHORTEST_BOUND_MS}ms`);
  }
  // After one access-token life every token that an entry of the feed could concern has expired.
  const feedTtlMs = maxStalenessMs > 0 ? lives.accessTokenLifeMs : 0;
  return Object.freeze({ ...lives, maxStalenessMs, feedTtlMs, maxRevocationsInMemory });
}
