import type { AccessTokensOptions } from '../access-tokens/access-tokens.settings.js';
import type { AuthenticationOptions } from '../authentication/authentication.settings.js';
import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import type { KeysOptions } from '../keys/keys.settings.js';
import type { ProblemsOptions } from '../problem-details/problem-details.settings.js';
import type { RbacOptions } from '../rbac/rbac.settings.js';
import type { RedisOptions } from '../redis/redis.settings.js';
import type { RefreshSessionsOptions } from '../refresh-sessions/refresh-sessions.settings.js';
import type { ThrottleOptions } from '../throttler/throttler.settings.js';
import type { TokenBlacklistOptions } from '../token-blacklist/token-blacklist.settings.js';
import type { AuthModuleOptions } from './auth-module-options.js';

type Names<Options> = Readonly<Record<keyof Options, true>>;

// `satisfies` keeps the tables complete: a new option that is missing here doesn't compile.
const known = {
  issuer: true,
  audience: true,
  redis: { url: true, client: true, keyPrefix: true, deadline: true } satisfies Names<RedisOptions>,
  dangerouslyUseMemoryStoresInProduction: true,
  keys: {
    algorithm: true,
    privateKey: true,
    privateKeyFile: true,
    passphrase: true,
    secret: true,
    file: true,
    shared: true,
    keyEncryptionKey: true,
    remote: true,
    source: true,
    rsaBits: true,
    rotation: true,
    jwksMaxAge: true,
    reloadCooldown: true,
    refreshEvery: true,
  } satisfies Names<KeysOptions>,
  accessTokens: {
    ttl: true,
    maxTtl: true,
    clockTolerance: true,
    maxBytes: true,
    cache: true,
    claims: true,
    foreign: true,
  } satisfies Names<AccessTokensOptions>,
  sessions: {
    idleTtl: true,
    absoluteTtl: true,
    profiles: true,
    reuseWindow: true,
    maxSessionsPerSubject: true,
    whenFull: true,
    tokenPrefix: true,
    macSecrets: true,
    maxSessionsInMemory: true,
  } satisfies Names<RefreshSessionsOptions>,
  revocation: { maxStaleness: true, maxRevocationsInMemory: true } satisfies Names<TokenBlacklistOptions>,
  access: {
    definition: true,
    source: true,
    defaultPolicy: true,
    combine: true,
    audit: true,
    maxColumns: true,
  } satisfies Names<RbacOptions>,
  throttle: {
    throttlers: true,
    onStoreFailure: true,
    denyCache: true,
    headers: true,
    ipv6Prefix: true,
    credentials: true,
  } satisfies Names<ThrottleOptions>,
  authentication: {
    clientId: true,
    exemptPaths: true,
    refreshCookie: true,
  } satisfies Names<AuthenticationOptions>,
  problems: { realm: true, typeBase: true } satisfies Names<ProblemsOptions>,
  production: true,
} satisfies Record<keyof AuthModuleOptions, true | Readonly<Record<string, true>>>;

/**
 * The options as far as they have the right shape. A misspelt one would silently leave a default in force (a generated key, say): it is a
 * finding instead, as is a group of options that isn't an object.
 */
export function knownOptions(given: unknown, findings: ConfigurationFindings): AuthModuleOptions {
  if (!isObject(given)) {
    findings.add('options', 'expected an object: does the factory of forRootAsync() return one?');
    return { issuer: '', audience: '' };
  }
  const sound = Object.entries(given).filter(([name, value]) => isKnown(name, value, findings));
  return Object.fromEntries(sound) as unknown as AuthModuleOptions;
}

function isKnown(name: string, value: unknown, findings: ConfigurationFindings): boolean {
  if (!Object.hasOwn(known, name)) {
    findings.add(name, 'is not an option');
    return false;
  }
  const members = known[name as keyof typeof known];
  if (members === true || value === undefined || (name === 'throttle' && value === false)) return true;
  if (!isObject(value)) {
    findings.add(name, 'expected an object');
    return false;
  }
  const strangers = Object.keys(value).filter((member) => !Object.hasOwn(members, member));
  for (const stranger of strangers) findings.add(`${name}.${stranger}`, 'is not an option');
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
