import {
  type AccessTokensSettings,
  LONGEST_CLOCK_TOLERANCE_MS,
  resolveAccessTokensSettings,
} from '../access-tokens/access-tokens.settings.js';
import { resolveApiKeysSettings } from '../api-keys/api-keys.settings.js';
import { resolveAuthenticationSettings } from '../authentication/authentication.settings.js';
import { resolveDPoPSettings } from '../dpop/dpop.settings.js';
import { resolveEventsSettings } from '../events/events.settings.js';
import { resolveProtectedResource } from '../http/well-known/protected-resource.settings.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import type { GroupShape } from '../kernel/configuration/option-shapes.js';
import type { KeyOrigin } from '../keys/sources/key-origin.js';
import { resolveKeysSettings } from '../keys/keys.settings.js';
import { resolveLegacySettings } from '../legacy/legacy.settings.js';
import { resolveProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import { resolveRbacSettings } from '../rbac/rbac.settings.js';
import { resolveRedisSettings } from '../redis/redis.settings.js';
import { planSecret } from '../secret/secret-plan.js';
import { resolveSessionsSettings } from '../sessions/sessions.settings.js';
import { resolveThrottlerSettings } from '../throttler/throttler.settings.js';
import {
  LONGEST_LOGIN_MS,
  resolveTokenBlacklistSettings,
} from '../token-blacklist/token-blacklist.settings.js';
import type { AuthModuleOptions } from './auth-module-options.js';
import type { AuthSettings } from './auth-settings.js';

/** What the options are resolved against besides themselves. */
export interface ResolutionEnvironment {
  /** `NODE_ENV`. */
  readonly nodeEnv: string | undefined;
  /** Whether the endpoint of logins is served. */
  readonly servesLogin: boolean;
  /** Whether the endpoints that issue tokens are, that of logins or another one. */
  readonly issues: boolean;
  /** Whether the endpoints for OAuth clients are. */
  readonly servesClients?: boolean;
  /** Whether the issuer of the tokens may tell of logouts. */
  readonly servesBackChannelLogout?: boolean;
  /** Folder of well-known documents; `false`: the keys aren't published. */
  readonly wellKnown?: string | false;
  /** Whether the host said who users are. */
  readonly hasUserAuthenticator: boolean;
}

type Reader = OptionReader<AuthModuleOptions>;

/**
 * Turns what the host typed into complete, frozen settings.
 * @param findings mistakes that were found elsewhere already
 * @param shape what to say of names that are no options
 * @throws AuthConfigurationError with every mistake at once
 */
export function resolveAuthOptions(
  given: unknown,
  environment: ResolutionEnvironment,
  findings = new ConfigurationFindings(),
  shape: GroupShape = {},
): AuthSettings {
  refuseLoginOfNobody(environment, findings);
  const expected = 'an object: does the factory of forRootAsync() return one?';
  const settings = readOptions<AuthModuleOptions, AuthSettings>(
    given ?? null,
    '',
    findings,
    (read) => readAuth(read, environment),
    { expected, ...shape },
  );
  findings.throwIfAny();
  return Object.freeze(settings);
}

function readAuth(read: Reader, environment: ResolutionEnvironment): AuthSettings {
  const { findings } = read;
  const production = read.flag('production', environment.nodeEnv === 'production');
  refuseMemoryInProduction(read, production);
  const parties = { issuer: read.raw('issuer'), audience: read.raw('audience') };
  const accessTokens = resolveAccessTokensSettings(read.raw('accessTokens'), parties, findings);
  const longestTokenMs = accessTokens.maxTtlMs + accessTokens.clockToleranceMs;
  const keys = resolveKeysSettings(
    read.raw('keys'),
    { production, usesRedis: read.has('redis'), longestTokenMs },
    findings,
  );
  refuseUnfitKeys(keys.origin, read, environment);
  refuseUnfitIssuer(accessTokens, read, environment);
  refuseUnfitEndpoints(accessTokens, read, environment);
  // Another issuer's tokens are verified without a secret of our own.
  const isNeeded = keys.origin.kind !== 'remote';
  const given = { secret: read.raw('secret'), secretFile: read.raw('secretFile') };
  const secret = planSecret(given, { production, isNeeded }, findings);
  const sessions = resolveSessionsSettings(read.raw('sessions'), findings);
  const legacy = resolveLegacySettings(read.raw('legacy'), { issuesTokens: isNeeded }, findings);
  const { foreign, clockToleranceMs } = accessTokens;
  const lifetimes = {
    accessTokenLifetimeMs: revocableLifetimeMs(accessTokens),
    foreign: foreign && { issuer: accessTokens.issuer, clockToleranceMs },
    clockToleranceMs: LONGEST_CLOCK_TOLERANCE_MS,
    sessionLifetimeMs: sessions.longestLifetimeMs,
    longestLoginMs: LONGEST_LOGIN_MS,
    marksKeptUntil: legacy?.rememberedUntil ?? 0,
  };
  const authentication = resolveAuthenticationSettings(read.raw('authentication'), findings);
  const apiKeys = resolveApiKeysSettings(read.raw('apiKeys'), findings, { production });
  // What is shown in a header must not be tried as two things.
  if (apiKeys.header !== undefined && apiKeys.header === authentication.refreshTokenHeader)
    findings.add('apiKeys.header', 'holds refresh tokens already: authentication.refreshTokenHeader');
  return {
    production,
    secret,
    redis: resolveRedisSettings(read.raw('redis'), findings),
    keys,
    accessTokens,
    sessions,
    tokenBlacklist: resolveTokenBlacklistSettings(read.raw('tokenBlacklist'), findings, lifetimes),
    rbac: resolveRbacSettings(read.raw('rbac'), findings),
    throttler: resolveThrottlerSettings(requestLimits(read), findings),
    authentication,
    events: resolveEventsSettings(read.raw('events'), findings),
    legacy,
    apiKeys,
    dpop: resolveDPoPSettings(
      read.raw('dpop'),
      { issuer: accessTokens.issuer, clockToleranceMs, isForeign: !isNeeded || foreign !== undefined },
      findings,
    ),
    problemDetails: resolveProblemDetailsSettings(read.raw('problemDetails'), findings),
    protectedResource: readProtectedResource(read, accessTokens, keys.origin, environment),
  };
}

function readProtectedResource(
  read: Reader,
  { issuer, audience, foreign }: AccessTokensSettings,
  { kind }: KeyOrigin,
  { servesClients = false, wellKnown = false }: ResolutionEnvironment,
): AuthSettings['protectedResource'] {
  const isIssuerForClients = servesClients || foreign !== undefined || kind === 'remote';
  const folder = wellKnown === false ? '.well-known' : wellKnown.replaceAll(/^\/+|\/+$/g, '');
  const around = { issuer, audience, isIssuerForClients, servesClients, folder };
  return resolveProtectedResource(read.raw('protectedResource'), around, read.findings);
}

// Another service that accepts these tokens may allow for more than this one. The clock of another issuer may also differ from
// ours when it writes what we compare.
function revocableLifetimeMs({ foreign, maxTtlMs }: AccessTokensSettings): number {
  if (foreign === undefined) return maxTtlMs + LONGEST_CLOCK_TOLERANCE_MS;
  return foreign.maxTtlMs + 2 * LONGEST_CLOCK_TOLERANCE_MS;
}

function refuseLoginOfNobody(
  { servesLogin, hasUserAuthenticator }: ResolutionEnvironment,
  findings: ConfigurationFindings,
): void {
  if (!servesLogin || hasUserAuthenticator) return;
  findings.add(
    'userAuthenticator',
    'is required: a class that extends UserAuthenticator (or endpoints.login: false, where all logins are your own)',
  );
}

function refuseUnfitKeys(
  { kind }: KeyOrigin,
  { findings }: Reader,
  { issues, servesClients = false }: ResolutionEnvironment,
): void {
  if (kind !== 'remote') return;
  if (issues)
    findings.add('keys.remote', 'only verifies: nobody can log in here, so set endpoints.auth to false');
  if (servesClients)
    findings.add('keys.remote', 'only verifies: no client gets tokens here, so leave out oauth');
}

// RFC 8414 §2.
function refuseUnfitIssuer(
  { issuer }: AccessTokensSettings,
  { findings }: Reader,
  { servesClients = false }: ResolutionEnvironment,
): void {
  if (!servesClients || issuer === '') return;
  if (/^https?:\/\/[^?#@]+$/i.test(issuer) && URL.canParse(issuer)) return;
  findings.add('issuer', 'with oauth it has to be a URL without query and fragment: https://api.example.com');
}

function refuseUnfitEndpoints(
  { foreign }: AccessTokensSettings,
  { findings }: Reader,
  { issues, servesClients = false, servesBackChannelLogout = false }: ResolutionEnvironment,
): void {
  const others = 'tokens are those of another issuer';
  if (foreign !== undefined && issues)
    findings.add('accessTokens.foreign', `${others}: nobody can log in here, so set endpoints.auth to false`);
  if (foreign !== undefined && servesClients)
    findings.add('accessTokens.foreign', `${others}: no client gets any here, so leave out oauth`);
  if (!servesBackChannelLogout) return;
  if (foreign === undefined)
    findings.add('accessTokens.foreign', 'is required: endpoints.backChannelLogout is for another issuer');
  else if (foreign.logoutAudience.length === 0)
    findings.add(
      'accessTokens.foreign.logoutAudience',
      'is required with endpoints.backChannelLogout: the client ids of this service at its issuer',
    );
}

// Without request limits the budgets of failed logins stay.
function requestLimits(read: Reader): unknown {
  const given = read.raw('throttler');
  return given === false ? { throttlers: [] } : given;
}

function refuseMemoryInProduction(read: Reader, production: boolean): void {
  const isAccepted = read.flag('dangerouslyUseMemoryStoresInProduction', false);
  if (!production || read.has('redis') || isAccepted) return;
  read.refuse(
    'redis',
    'is required in production, since memory stores forget at a restart and do not span processes: ' +
      '`redis: process.env.REDIS_URL`, or accept it with `dangerouslyUseMemoryStoresInProduction: true`',
  );
}
