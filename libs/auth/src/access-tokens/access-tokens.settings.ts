import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import { ANY_TEXT } from '../kernel/configuration/option-shapes.js';
import type { AccessTokensOptions } from './access-tokens.options.js';
import { type ForeignTokens, resolveForeignTokens } from './foreign-tokens.js';

type AccessTokenCacheOptions = Exclude<NonNullable<AccessTokensOptions['cache']>, false>;

/** Who issues tokens and for whom. */
export interface AccessTokenParties {
  /** `iss`. */
  readonly issuer: string;
  /** `aud`: the resource(s) a token is for; one match is enough. */
  readonly audience: string | readonly string[];
}

/** Resolved {@link AccessTokensOptions}. */
export abstract class AccessTokensSettings {
  abstract readonly issuer: string;
  abstract readonly audience: readonly string[];
  abstract readonly ttlMs: number;
  abstract readonly maxTtlMs: number;
  abstract readonly clockToleranceMs: number;
  abstract readonly maxBytes: number;
  /** `undefined`: no cache. */
  abstract readonly cache: Required<AccessTokenCacheOptions> | undefined;
  /** `undefined`: the host adds none. */
  abstract readonly claims: AccessTokensOptions['claims'] | undefined;
  /** `undefined`: tokens are our own. */
  abstract readonly foreign: ForeignTokens | undefined;
}

const MINUTE_MS = 60_000;
/** Greatest `accessTokens.clockTolerance` of any service. */
export const LONGEST_CLOCK_TOLERANCE_MS = 5 * MINUTE_MS;
const ISSUER = { ...ANY_TEXT, expected: 'the URL that names this issuer (`iss`)' };

/** Resolves the access-token options; each mistake becomes a finding. */
export function resolveAccessTokensSettings(
  given: unknown,
  { issuer, audience }: Readonly<Record<keyof AccessTokenParties, unknown>>,
  findings: ConfigurationFindings,
): AccessTokensSettings {
  const parties = readOptions({ issuer, audience }, '', findings, resolveParties);
  return readOptions<AccessTokensOptions, AccessTokensSettings>(given, 'accessTokens', findings, (read) => {
    const ttlMs = read.duration('ttl', 15 * MINUTE_MS, { min: 1000, bareMin: MINUTE_MS });
    return Object.freeze({
      ...parties,
      ttlMs,
      maxTtlMs: read.duration('maxTtl', ttlMs, { min: ttlMs, bareMin: MINUTE_MS }),
      clockToleranceMs: read.duration('clockTolerance', usualToleranceMs(ttlMs), {
        max: LONGEST_CLOCK_TOLERANCE_MS,
      }),
      maxBytes: read.count('maxBytes', 8192),
      cache: resolveCache(read),
      claims: read.function<NonNullable<AccessTokensOptions['claims']>>('claims'),
      foreign: read.has('foreign') ? read.group('foreign', resolveForeignTokens) : undefined,
    });
  });
}

/** A tolerance that is a large part of a short lifetime would make it another lifetime. */
function usualToleranceMs(ttlMs: number): number {
  return Math.min(5000, Math.floor(ttlMs / 10));
}

function resolveParties(
  read: OptionReader<AccessTokenParties>,
): Pick<AccessTokensSettings, 'issuer' | 'audience'> {
  read.require(
    'issuer',
    "the URL of this service, the `iss` of its tokens: issuer: 'https://api.example.com'",
  );
  read.require('audience', "what tokens are for, their `aud`: audience: 'https://api.example.com'");
  const isOne = typeof read.raw('audience') === 'string';
  const audience = isOne ? [read.text('audience', '')] : read.texts('audience', [], undefined, { min: 1 });
  return { issuer: read.text('issuer', '', ISSUER), audience: Object.freeze([...new Set(audience)]) };
}

function resolveCache(read: OptionReader<AccessTokensOptions>): AccessTokensSettings['cache'] {
  if (read.raw('cache') === false) return undefined;
  return read.group<AccessTokenCacheOptions, Required<AccessTokenCacheOptions>>(
    'cache',
    (cache) =>
      Object.freeze({
        maxEntries: cache.count('maxEntries', 10_000),
        maxBytes: cache.count('maxBytes', 32 * 1024 * 1024),
      }),
    { expected: 'an object or false' },
  );
}
