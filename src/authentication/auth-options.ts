import type { AuthModuleOptions } from 'nestjs-gatehouse';
import type { RoleDefinition } from 'nestjs-gatehouse/rbac';
import { access } from '../access.js';
import type { AppSettings } from '../configuration/app-settings.js';
import type { Seed } from '../seed/seed.js';

const LONGEST_SESSION_MS = 30 * 86_400_000;

/** The settings of the app in the words of Gatehouse. */
export function authOptions(settings: AppSettings): AuthModuleOptions {
  const { issuer, audience, production, redisUrl, redisDeadlineMs, secretKey, privateKeyFile, refreshTtlMs } =
    settings;
  return {
    issuer,
    audience,
    production,
    ...(redisUrl !== undefined && { redis: { url: redisUrl, deadline: redisDeadlineMs } }),
    keys: {
      ...(secretKey !== undefined && { secret: secretKey }),
      ...(privateKeyFile !== undefined && { privateKeyFile }),
    },
    accessTokens: { ttl: settings.accessTtlMs },
    sessions: {
      idleTtl: refreshTtlMs,
      absoluteTtl: Math.max(refreshTtlMs, LONGEST_SESSION_MS),
      reuseWindow: settings.reuseWindowMs,
    },
    throttle: { throttlers: [{ limit: settings.rateLimit, ttl: settings.rateWindowMs }] },
    access: { definition: { ...access, roles: rolesWith(settings.seed) } },
  };
}

/** The roles of the app, those of the seed file added or put in their place. */
function rolesWith(seed: Seed | undefined): ReadonlyMap<string, RoleDefinition> {
  return new Map<string, RoleDefinition>([...Object.entries(access.roles), ...(seed?.roles ?? [])]);
}
