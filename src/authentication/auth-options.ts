import type { AuthModuleOptions, KeysOptions, SigningAlgorithm } from 'nestjs-gatehouse';
import type { RoleDefinition } from 'nestjs-gatehouse';
import { access } from '../access.js';
import { API_DOCS } from '../api-docs/api-docs-path.js';
import type { AppSettings } from '../configuration/app-settings.js';
import type { Seed } from '../seed/seed.js';

const LONGEST_SESSION_MS = 30 * 86_400_000;

/** The settings of the app in the words of Gatehouse. */
export function authOptions(settings: AppSettings): AuthModuleOptions {
  const { issuer, audience, production, redisUrl, redisDeadlineMs, secretKeys, refreshTtlMs } = settings;
  return {
    issuer,
    audience,
    production,
    ...(redisUrl !== undefined && { redis: { url: redisUrl, deadline: `${redisDeadlineMs}ms` } }),
    ...(secretKeys !== undefined && { secret: secretKeys }),
    keys: keysOptions(settings),
    accessTokens: { ttl: `${settings.accessTtlMs}ms` },
    sessions: {
      idleTtl: `${refreshTtlMs}ms`,
      absoluteTtl: `${Math.max(refreshTtlMs, LONGEST_SESSION_MS)}ms`,
      reuseWindow: `${settings.reuseWindowMs}ms`,
    },
    // Whoever proves a key gets tokens that are bound to it; everybody else gets bearer tokens as before.
    dpop: true,
    apiKeys: { prefix: production ? 'articles_live' : 'articles_test', maxTtl: '90d', maxPerSubject: 10 },
    throttler: { throttlers: [{ limit: settings.rateLimit, ttl: `${settings.rateWindowMs}ms` }] },
    rbac: {
      definition: { ...access, roles: rolesWith(settings.seed) },
      guardedElsewhere: [API_DOCS, `${API_DOCS}/*`],
    },
  };
}

/** Gatehouse makes the signing keys, unless there is a file with one, or secrets are to sign. */
function keysOptions({ algorithm, secretKeys, privateKeyFile }: AppSettings): KeysOptions {
  return {
    ...(algorithm !== undefined && { algorithm: algorithm as SigningAlgorithm }),
    ...(algorithm?.startsWith('HS') && secretKeys !== undefined && { secret: secretKeys }),
    ...(privateKeyFile !== undefined && { privateKeyFile }),
  };
}

/** The roles of the app, those of the seed file added or put in their place. */
function rolesWith(seed: Seed | undefined): ReadonlyMap<string, RoleDefinition> {
  return new Map<string, RoleDefinition>([
    ...Object.entries<RoleDefinition>(access.roles),
    ...(seed?.roles ?? []),
  ]);
}
