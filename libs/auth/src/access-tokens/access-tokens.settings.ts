import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { type Duration, resolveDuration } from '../kernel/duration.js';
import type { AccessTokenGrant } from './access-token-grant.js';
import { type ForeignTokens, type ForeignTokensOptions, resolveForeignTokens } from './foreign-tokens.js';

/** Claims of the host's own. */
export type HostClaims = Readonly<Record<string, unknown>>;

/** Bounds of the verified-token cache. */
export interface AccessTokenCacheOptions {
  /** @default 10000 */
  readonly maxEntries?: number;
  /** Bytes of token text and claims held, roughly. @default 33554432 (32 MiB) */
  readonly maxBytes?: number;
}

/** How access tokens are made and judged. */
export interface AccessTokensOptions {
  /** Life of a token. @default '15m' */
  readonly ttl?: Duration;
  /** Greatest life a single grant may ask for; revocations are remembered for as long. @default `ttl` */
  readonly maxTtl?: Duration;
  /** Difference of clocks that `exp`, `nbf` and `iat` allow for. @default '5s', or a tenth of `ttl` where that is shorter */
  readonly clockTolerance?: Duration;
  /** Longest token that is looked at, in bytes. @default 8192 */
  readonly maxBytes?: number;
  /** Tokens whose signature was checked are remembered; `false` checks each time. */
  readonly cache?: AccessTokenCacheOptions | false;
  /** Adds claims of the host; those the library sets itself are ignored. */
  readonly claims?: (grant: AccessTokenGrant) => HostClaims | Promise<HostClaims>;
  /** The tokens are those of another issuer (Keycloak, Auth0, Entra; see `keys.remote`); nothing is issued here. */
  readonly foreign?: ForeignTokensOptions;
}

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
  abstract readonly claims: (grant: AccessTokenGrant) => HostClaims | Promise<HostClaims>;
  /** `undefined`: tokens are our own. */
  abstract readonly foreign: ForeignTokens | undefined;
}

const MINUTE_MS = 60_000;

/** Resolves the access-token options; each mistake becomes a finding. */
export function resolveAccessTokensSettings(
  options: AccessTokensOptions = {},
  { issuer, audience }: AccessTokenParties,
  findings: ConfigurationFindings,
): AccessTokensSettings {
  const ttlMs = resolveDuration('accessTokens.ttl', options.ttl, 15 * MINUTE_MS, findings, { min: 1000 });
  return Object.freeze({
    issuer: resolveIssuer(issuer, findings),
    audience: resolveAudience(audience, findings),
    ttlMs,
    maxTtlMs: resolveDuration('accessTokens.maxTtl', options.maxTtl, ttlMs, findings, {
      min: ttlMs,
    }),
    clockToleranceMs: resolveDuration(
      'accessTokens.clockTolerance',
      options.clockTolerance,
      usualToleranceMs(ttlMs),
      findings,
      {
        max: 5 * MINUTE_MS,
      },
    ),
    maxBytes: resolveCount('accessTokens.maxBytes', options.maxBytes, 8192, findings),
    cache: resolveCache(options.cache, findings),
    claims: resolveClaims(options.claims, findings),
    foreign: resolveForeignTokens(options.foreign, findings),
  });
}

/** A tolerance that is a large part of a short life would make it another life. */
function usualToleranceMs(ttlMs: number): number {
  return Math.min(5000, Math.floor(ttlMs / 10));
}

function resolveIssuer(issuer: unknown, findings: ConfigurationFindings): string {
  if (typeof issuer === 'string' && issuer.trim() !== '') return issuer;
  findings.add('issuer', 'expected the URL that names this issuer (`iss`)');
  return '';
}

function resolveAudience(audience: unknown, findings: ConfigurationFindings): readonly string[] {
  const list: unknown[] = [audience].flat();
  const texts = list.filter((entry) => typeof entry === 'string' && entry !== '') as string[];
  if (texts.length === 0 || texts.length < list.length) {
    findings.add('audience', 'expected the resource(s) that tokens are for (`aud`): text or a list of texts');
  }
  return Object.freeze([...new Set(texts)]);
}

function resolveCache(
  cache: AccessTokensOptions['cache'],
  findings: ConfigurationFindings,
): Required<AccessTokenCacheOptions> | undefined {
  if (cache === false) return undefined;
  return Object.freeze({
    maxEntries: resolveCount('accessTokens.cache.maxEntries', cache?.maxEntries, 10_000, findings),
    maxBytes: resolveCount('accessTokens.cache.maxBytes', cache?.maxBytes, 32 * 1024 * 1024, findings),
  });
}

function resolveClaims(claims: unknown, findings: ConfigurationFindings): AccessTokensSettings['claims'] {
  if (claims === undefined) return () => ({});
  if (typeof claims !== 'function') findings.add('accessTokens.claims', 'expected a function');
  return claims as AccessTokensSettings['claims'];
}

function resolveCount(
  option: string,
  value: unknown,
  fallback: number,
  findings: ConfigurationFindings,
): number {
  if (value === undefined) return fallback;
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  findings.add(option, 'expected a whole number above 0');
  return fallback;
}
