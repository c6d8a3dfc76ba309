import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineAccess, externalSigningKey, KeySource, Signer } from 'nestjs-gatehouse';
import type { RbacModule } from 'nestjs-gatehouse/rbac';
import type { createThrottlerStorage, GatehouseThrottlerModuleOptions } from 'nestjs-gatehouse/throttler';
import type { ModuleExtras, RedisConnection } from 'nestjs-gatehouse';
import { TestUsers } from '../support/app/start-app.js';
import { selfSigned } from '../support/tls/self-signed.js';
import type { Complete, CompleteAuthOptions } from './complete.js';
import { everyEventOption } from './every-event-option.js';
import { everyOAuthOption } from './every-oauth-option.js';
import { NoKeys, NoRoles, Quiet, TestScheme } from './smallest-ports.js';

class OneKey extends KeySource {
  async load() {
    return [externalSigningKey(publicKey, 'ES256', new LocalSigner())];
  }
}

class LocalSigner extends Signer {
  async sign(input: Uint8Array) {
    return sign('sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  }
}

const extras: Required<ModuleExtras> = {
  imports: [],
  isGlobal: true,
  registerGuards: true,
  problemDetailsFor: 'all',
};

const elsewhere = { domain: 'example.com', sameSite: 'None', partitioned: true } as const;

const throttler: CompleteAuthOptions['throttler'] = {
  throttlers: [
    {
      name: 'burst',
      limit: 10,
      ttl: '10s',
      blockDuration: '1m',
      by: 'user',
      precision: 'bounded',
      dryRun: true,
      skipIf: () => false,
      getTracker: () => 'someone',
      reason: 'a burst is no flood',
    },
  ],
  onStoreFailure: 'closed',
  instances: 4,
  denyCache: false,
  headers: 'standard',
  ipv6Prefix: 56,
  credentials: {
    perAccountAndAddress: [{ failures: 5, within: '1m' }],
    perAddress: [{ failures: 30, within: '1m' }],
    perAccount: [{ failures: 100, within: '1h' }],
    knownAddressTtl: '30d',
  },
};

const rbac: CompleteAuthOptions['rbac'] = {
  definition: defineAccess({ roles: { editor: { grants: ['articles:write'] } } }),
  source: new NoRoles(),
  defaultPolicy: 'deny',
  audit: 'off',
  guardedElsewhere: ['ws', 'ChatGateway.send'],
  maxColumns: 64,
};

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const server = selfSigned('redis.test');
const makeSecret = (): string => randomBytes(32).toString('base64');

const remote: CompleteAuthOptions['keys']['remote'] = {
  jwksUri: 'https://issuer.test/jwks',
  discovery: 'https://issuer.test',
  algorithms: ['RS256'],
  timeout: '2s',
  maxBytes: 10_000,
};

/** Every option of every door; those that exclude each other stand side by side (see `rivals`). */
export function everyOption(url: string, client: RedisConnection, folder: string) {
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const redis = { url, client, keyPrefix: 'mutations', deadline: '5s' } as const;
  const tls = { ca: server.cert, ...server, serverName: 'redis.test' };
  // Nobody listens there: an app starts without Redis as well.
  const watched = {
    ...redis,
    url: 'rediss+sentinel://127.0.0.1:1/main',
    tls,
    sentinel: { username: 'app', password: 'unused', tls },
  } satisfies CompleteAuthOptions['redis'];
  const auth: CompleteAuthOptions = {
    issuer: 'https://auth.test',
    audience: ['https://api.test'],
    redis: watched,
    dangerouslyUseMemoryStoresInProduction: true,
    production: false,
    secret: [makeSecret()],
    secretFile: [write('secret', makeSecret())],
    keys: {
      algorithm: 'ES256',
      secret: [makeSecret()],
      managedFile: join(folder, 'keys.json'),
      privateKey: [{ key: pem, kid: 'first', algorithm: 'ES256', passphrase: 'unused' }],
      privateKeyFile: [write('key.pem', pem)],
      passphrase: 'unused',
      source: new OneKey(),
      remote,
      rsaBits: 2048,
      rotation: { every: '30d', prePublish: '10m', retireAfter: '1h' },
      jwksMaxAge: '5m',
      reloadCooldown: '10s',
      refreshEvery: '1m',
    },
    accessTokens: {
      ttl: '10m',
      maxTtl: '20m',
      clockTolerance: '2s',
      maxBytes: 4096,
      cache: { maxEntries: 100, maxBytes: 100_000 },
      claims: () => ({}),
      foreign: {
        types: ['JWT'],
        subject: 'oid',
        roles: ['roles', '/realm_access/roles'],
        clientIds: ['spa'],
        maxTtl: '12h',
        logoutAudience: ['spa'],
      },
    },
    sessions: {
      idleTtl: '1d',
      absoluteTtl: '10d',
      profiles: { web: { idleTtl: '2d', absoluteTtl: '5d', replayUnconfirmed: 0 } },
      reuseWindow: '5s',
      replayUnconfirmed: '1h',
      maxSessionsPerSubject: 5,
      whenFull: 'reject',
      tokenPrefix: 'acme',
      maxSessionsInMemory: 1000,
    },
    tokenBlacklist: { maxStaleness: '1s', maxRevocationsInMemory: 1000 },
    rbac,
    throttler,
    authentication: {
      clientId: ['web', 'phone'],
      exemptPaths: ['/metrics', '/docs/*'],
      login: { usernameField: 'email', passwordField: 'pass', extraFields: ['totp'] },
      refreshCookie: { name: '__Secure-refresh', path: '/auth', ...elsewhere },
      fingerprintCookie: true,
      accessCookie: { name: '__Secure-access', ...elsewhere },
      refreshTokenField: 'refreshToken',
      refreshTokenHeader: 'X-Refresh-Token',
      allowedOrigins: ['https://app.example.com'],
      socketCheckInterval: '2s',
    },
    events: everyEventOption,
    legacy: {
      until: new Date('2100-01-01'),
      accessToken: () => undefined,
      refreshToken: () => undefined,
    },
    apiKeys: {
      prefix: 'acme_test',
      header: 'x-api-key',
      defaultTtl: '30d',
      maxTtl: '52w',
      maxPerSubject: 10,
      maxKeysInMemory: 1000,
      rolesOf: () => [],
      store: new NoKeys(),
    },
    dpop: { required: true, maxAge: '30s', nonce: '10m', baseUrl: 'https://auth.test/v1' },
    problemDetails: { realm: 'api', typeBase: 'https://x.test/problems/' },
    protectedResource: {
      resource: 'https://api.test',
      authorizationServers: ['https://auth.test'],
      scopesSupported: ['articles:read'],
      name: 'Articles',
      documentation: 'https://api.test/docs',
    },
    ...extras,
    userAuthenticator: TestUsers,
    credentialSchemes: [TestScheme],
    endpoints: { auth: 'session', login: true, wellKnown: 'keys' },
    oauth: everyOAuthOption(),
  };
  const { userAuthenticator, credentialSchemes, oauth, endpoints, imports } = auth;
  const { issuer, audience, secret } = auth;
  // Remote keys only verify, and tokens of another issuer aren't issued here, so they have an example of their own.
  const { remote: _remote, ...keys } = auth.keys;
  const { foreign, ...accessTokens } = auth.accessTokens;
  const { client: _client, ...guarded } = watched;
  return {
    // TLS and sentinels need another URL, so they have an example of their own.
    auth: { ...auth, keys, accessTokens, redis },
    guarded: {
      issuer,
      audience,
      secret,
      keys: { secret: keys.secret },
      redis: guarded,
      userAuthenticator,
    },
    authAsync: {
      ...extras,
      userAuthenticator,
      credentialSchemes,
      oauth,
      endpoints,
      imports,
      inject: [],
      useFactory: () => ({ issuer, audience, secret, keys: { secret: keys.secret } }),
    },
    resourceServer: {
      issuer,
      audience,
      keys: { remote },
      accessTokens: { foreign },
      endpoints: { auth: false, wellKnown: false, backChannelLogout: 'auth/back-channel-logout' },
    },
    rbac: {
      ...({ ...rbac, signal: new Quiet() } satisfies Complete<
        Omit<Parameters<typeof RbacModule.forRoot>[0], keyof ModuleExtras>
      >),
      ...extras,
    },
    throttler: {
      ...throttler,
      redis,
      memory: { maxWindows: 100 },
      ...extras,
    } satisfies Complete<Omit<GatehouseThrottlerModuleOptions, 'redis'>> & { redis: object },
    storage: {
      redis,
      memory: { maxWindows: 100 },
      onStoreFailure: 'open',
      instances: () => 4,
      denyCache: false,
    } satisfies Complete<Omit<Parameters<typeof createThrottlerStorage>[0], 'redis'>> & { redis: object },
  };
}

/** Options that shape the module instead of going through its settings. */
export const shaping: readonly string[] = [
  ...Object.keys(extras),
  'userAuthenticator',
  'credentialSchemes',
  'oauth',
  'endpoints',
];
