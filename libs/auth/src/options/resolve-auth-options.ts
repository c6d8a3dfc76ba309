import { resolveAccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { resolveAuthenticationSettings } from '../authentication/authentication.settings.js';
import { ConfigurationFindings } from '../kernel/configuration-error.js';
import type { KeyOrigin } from '../keys/key-origin.js';
import { resolveKeysSettings } from '../keys/keys.settings.js';
import { resolveProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import { resolveRbacSettings } from '../rbac/rbac.settings.js';
import { resolveRedisSettings } from '../redis/redis.settings.js';
import { resolveRefreshSessionsSettings } from '../refresh-sessions/refresh-sessions.settings.js';
import { resolveThrottlerSettings, type ThrottleOptions } from '../throttler/throttler.settings.js';
import { resolveTokenBlacklistSettings } from '../token-blacklist/token-blacklist.settings.js';
import type { AuthModuleOptions } from './auth-module-options.js';
import type { AuthSettings } from './auth-settings.js';
import { developmentKeys } from './development-keys.js';
import { knownOptions } from './known-options.js';
import { refreshMacSecrets } from './refresh-mac-secrets.js';

/** What the options are resolved against besides themselves. */
export interface ResolutionEnvironment {
  /** `NODE_ENV`. */
  readonly nodeEnv: string | undefined;
  /** Whether login endpoints are served. */
  readonly servesLogin: boolean;
  /** Whether the host said who users are. */
  readonly hasUserAuthenticator: boolean;
}

/**
 * Turns what the host typed into complete, frozen settings.
 * @throws AuthConfigurationError with every mistake at once
 */
export function resolveAuthOptions(
  given: AuthModuleOptions,
  environment: ResolutionEnvironment,
): AuthSettings {
  const findings = new ConfigurationFindings();
  const options = knownOptions(given, findings);
  refuseLoginOfNobody(environment, findings);
  const production = options.production ?? environment.nodeEnv === 'production';
  refuseMemoryInProduction(options, production, findings);
  const accessTokens = resolveAccessTokensSettings(options.accessTokens, options, findings);
  const accessTokenLifeMs = accessTokens.maxTtlMs + accessTokens.clockToleranceMs;
  const keysOptions = developmentKeys(options.keys, production);
  const keys = resolveKeysSettings(keysOptions, { production, longestTokenMs: accessTokenLifeMs }, findings);
  refuseUnfitKeys(keys.origin, options, environment, findings);
  const macSecrets = options.sessions?.macSecrets ?? refreshMacSecrets(keys.origin, findings);
  const sessions = resolveRefreshSessionsSettings({ ...options.sessions, macSecrets }, findings);
  const lives = {
    accessTokenLifeMs,
    clockToleranceMs: accessTokens.clockToleranceMs,
    sessionLifeMs: sessions.longestLifeMs,
  };
  const settings: AuthSettings = {
    production,
    redis: resolveRedisSettings(options.redis, findings),
    keys,
    accessTokens,
    sessions,
    revocation: resolveTokenBlacklistSettings(options.revocation, findings, lives),
    access: resolveRbacSettings(options.access, findings),
    throttle: resolveThrottlerSettings(throttleOptions(options), findings),
    authentication: resolveAuthenticationSettings(options.authentication, findings),
    problems: resolveProblemDetailsSettings(options.problems, findings),
  };
  findings.throwIfAny();
  return Object.freeze(settings);
}

function refuseLoginOfNobody(
  { servesLogin, hasUserAuthenticator }: ResolutionEnvironment,
  findings: ConfigurationFindings,
): void {
  if (!servesLogin || hasUserAuthenticator) return;
  findings.add(
    'userAuthenticator',
    'is required: a class that extends UserAuthenticator (or endpoints.auth: false)',
  );
}

function refuseUnfitKeys(
  { kind }: KeyOrigin,
  { redis }: AuthModuleOptions,
  { servesLogin }: ResolutionEnvironment,
  findings: ConfigurationFindings,
): void {
  if (kind === 'shared' && redis === undefined) {
    findings.add('keys.shared', 'needs `redis`: that is where the keys are shared');
  }
  if (kind === 'remote' && servesLogin) {
    findings.add('keys.remote', 'only verifies: nobody can log in here, so set endpoints.auth to false');
  }
}

// Without request limits the budgets of failed logins stay.
function throttleOptions({ throttle = {} }: AuthModuleOptions): ThrottleOptions {
  return throttle === false ? { throttlers: [] } : throttle;
}

function refuseMemoryInProduction(
  { redis, dangerouslyUseMemoryStoresInProduction }: AuthModuleOptions,
  production: boolean,
  findings: ConfigurationFindings,
): void {
  if (!production || redis !== undefined || dangerouslyUseMemoryStoresInProduction === true) return;
  findings.add(
    'redis',
    'is required in production: memory stores forget at a restart and do not span processes (dangerouslyUseMemoryStoresInProduction: true accepts that)',
  );
}
