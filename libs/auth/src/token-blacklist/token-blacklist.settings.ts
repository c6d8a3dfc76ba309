import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import type { Duration } from '../kernel/duration.js';
import { readOptions } from '../kernel/configuration/option-reader.js';
import { RevocationLifetimes } from '../subjects/revocation-lifetimes.js';

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

/** The other issuer whose tokens are accepted, and nothing else. */
export interface ForeignIssuer {
  /** `iss`. */
  readonly issuer: string;
  /** How far its clock may be ahead of ours, in milliseconds: what it issues so soon after a revocation is refused. */
  readonly clockToleranceMs: number;
}

/** Resolved {@link TokenBlacklistOptions}; type and DI token. */
export abstract class TokenBlacklistSettings extends RevocationLifetimes {
  /** Greatest clock tolerance of any service that may accept an access token, in milliseconds. */
  abstract readonly clockToleranceMs: number;
  /** Greatest age of an answer; 0 means every check asks the store. In milliseconds. */
  abstract readonly maxStalenessMs: number;
  /** `undefined`: tokens are our own. */
  abstract readonly foreign?: ForeignIssuer | undefined;
}

/** Lifetimes that a revocation must outlast, known to other capabilities. */
export type RevocableLifetimes = Omit<
  TokenBlacklistSettings,
  'maxStalenessMs' | 'feedTtlMs' | 'maxRevocationsInMemory'
>;

/** {@link RevocationLifetimes.longestLoginMs} of every service: one that was set would differ between them. */
export const LONGEST_LOGIN_MS = 15 * 60_000;

// The copy is looked at every 50 ms at most: below this, asking the store on each request is cheaper.
const SHORTEST_BOUND_MS = 100;

/** Resolves {@link TokenBlacklistOptions}; mistakes become findings under `tokenBlacklist`. */
export function resolveTokenBlacklistSettings(
  given: unknown,
  findings: ConfigurationFindings,
  lifetimes: RevocableLifetimes,
): TokenBlacklistSettings {
  return readOptions<TokenBlacklistOptions, TokenBlacklistSettings>(
    given,
    'tokenBlacklist',
    findings,
    (read) => {
      const maxStalenessMs = read.duration('maxStaleness', 0, { max: lifetimes.accessTokenLifetimeMs });
      if (maxStalenessMs > 0 && maxStalenessMs < SHORTEST_BOUND_MS)
        read.refuse('maxStaleness', `expected 0 or at least '${SHORTEST_BOUND_MS}ms'`);
      // After one access-token lifetime every token that an entry of the feed could concern has expired.
      const feedTtlMs = maxStalenessMs > 0 ? lifetimes.accessTokenLifetimeMs : 0;
      const maxRevocationsInMemory = read.count('maxRevocationsInMemory', 250_000);
      return Object.freeze({ ...lifetimes, maxStalenessMs, feedTtlMs, maxRevocationsInMemory });
    },
  );
}
