import { generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModulesContainer } from '@nestjs/core';
import { Redis } from 'ioredis';
import { ApiKeyService, AuthEvents, type AuthModuleOptions } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { CapturingLogger } from './capturing-logger.js';
import { Exposure, type Secrets } from './exposure.js';
import { usedCode } from './used-code.js';

const makeSecret = (): string => randomBytes(32).toString('base64');
const [newest, older, shared] = [makeSecret(), makeSecret(), makeSecret()];
const bytes = randomBytes(32);
const passphrase = 'the-passphrase-of-a-private-key';
const redisPassword = 'the.password.of.redis-7Xq2';
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const encrypted = pair.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
  .toString();
const bodyOf = (text: string): string => text.split('\n')[1]!;

const purposes = [
  'refresh-token-mac',
  'managed-keys',
  'interaction-state',
  'cookie-integrity',
  'client-registration',
  'dpop-nonce',
  'account-names',
];
const derived = Object.fromEntries(
  [newest, older, bytes].flatMap((secret, at) =>
    purposes.map((purpose) => [
      `key ${at} for ${purpose}`,
      Buffer.from(hkdfSync('sha256', secret, '', `gatehouse ${purpose}`, 32)),
    ]),
  ),
);

const secrets: Secrets = {
  'the lasting secret': newest,
  'an older one': older,
  'one of bytes': bytes,
  'the shared secret': shared,
  passphrase,
  'password of Redis': redisPassword,
  PEM: bodyOf(pem),
  'encrypted PEM': bodyOf(encrypted),
  'private JWK': String(pair.privateKey.export({ format: 'jwk' }).d),
  'password of a user': 'demo-password',
  ...derived,
};

/** Everything that is a provider, controller, guard, filter or module of an app. */
function instancesIn(app: RunningApp['app']): [string, unknown][] {
  const modules = [...app.get(ModulesContainer).values()];
  return modules.flatMap((module) =>
    [module.providers, module.controllers, module.injectables].flatMap((wrappers) =>
      [...wrappers.values()].map(({ token, instance }): [string, unknown] => [
        `${module.name} ${typeof token === 'function' ? token.name : String(token)}`,
        instance,
      ]),
    ),
  );
}

// Nest's own: they lead to the whole app, and to its sockets with the requests that are under way.
const OF_NEST = /^(Internal\w*|\w+ (ModuleRef|ApplicationConfig|HttpAdapterHost|ModulesContainer))/;

describe('[11] no secret appears', () => {
  let server: StandaloneRedis;
  let client: Redis;
  let folder: string;
  let secretFile: string;
  let keyFile: string;
  let url: string;

  beforeAll(async () => {
    server = await startStandalone({ config: { requirepass: redisPassword } });
    url = server.url.replace('//', `//:${redisPassword}@`);
    client = new Redis(url);
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-secrets-'));
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    secretFile = write('secret', newest);
    keyFile = write('key.pem', encrypted);
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const setUps: [string, () => Partial<AuthModuleOptions>][] = [
    [
      'shared secrets, in memory',
      () => ({ secret: [newest, older, bytes], keys: { secret: [shared, older] } }),
    ],
    ['a PEM', () => ({ secret: newest, keys: { privateKey: pem } })],
    [
      'a listed PEM with a passphrase',
      () => ({ secret: newest, keys: { privateKey: [{ key: encrypted, passphrase }] } }),
    ],
    ['files', () => ({ secret: undefined, secretFile, keys: { privateKeyFile: keyFile, passphrase } })],
    [
      'managed keys in a file',
      () => ({
        secret: newest,
        keys: { algorithm: 'ES256', managedFile: join(folder, 'keys.json') },
      }),
    ],
    [
      'managed keys in Redis, by URL',
      () => ({
        secret: newest,
        redis: { url, keyPrefix: 'a', deadline: '5s' },
        keys: { algorithm: 'ES256' },
      }),
    ],
    [
      'managed keys in Redis, by client',
      () => ({
        secret: newest,
        redis: { client, keyPrefix: 'b' },
        keys: { algorithm: 'ES256' },
        tokenBlacklist: { maxStaleness: '1s' },
      }),
    ],
  ];

  it.each(setUps)('in what a host can inject, serialise, inspect or log: %s', async (_, options) => {
    const logger = new CapturingLogger();
    const told: unknown[] = [];
    const running = await startApp({ options: { ...options(), apiKeys: true }, logger });
    running.app.get(AuthEvents).onAny((record) => told.push(record.event, record));
    const http = new Client(running.url);
    const first = await http.login();
    const refreshed = await http.refresh(first.refresh_token);
    const second = refreshed.body;
    expect((await http.get('/auth/me', second.access_token)).status).toBe(200);
    expect((await http.post('/auth/login', { username: 'demo', password: 'wrong' })).status).toBe(401);
    const keys = running.app.get(ApiKeyService);
    const { key, apiKey } = await keys.create({ subject: 'user-demo', name: 'CI' });
    const headers = { authorization: `ApiKey ${key}` };
    expect((await http.send('GET', '/auth/me', { headers })).status).toBe(200);
    const tokens = {
      'authorization code': await usedCode(running.app),
      'API key': key.split('_').at(-1)!,
      'access token': first.access_token,
      'refresh token': first.refresh_token,
      'next access token': second.access_token,
      'next refresh token': second.refresh_token,
    };
    const exposure = new Exposure({ ...secrets, ...tokens });
    try {
      const seen = new Set<unknown>();
      for (const [place, instance] of instancesIn(running.app).filter(([name]) => !OF_NEST.test(name))) {
        exposure.show(instance, place);
        exposure.walk(instance, place, seen);
      }
      exposure.show([apiKey, await keys.list('user-demo'), await keys.revoke(apiKey.id), told], 'told');
    } finally {
      await running.close();
    }
    for (const line of logger.lines) exposure.lookAt(line, 'log');
    expect([...exposure.found]).toEqual([]);
    expect(told).toEqual(expect.arrayContaining(['refresh.rotated', 'api-key.created', 'api-key.revoked']));
    expect(exposure.characters).toBeGreaterThan(20_000);
  });

  const failures: [string, () => Partial<AuthModuleOptions>][] = [
    ['a wrong passphrase', () => ({ keys: { privateKey: encrypted, passphrase: `${passphrase}!` } })],
    ['a damaged PEM', () => ({ keys: { privateKey: pem.replace('-----END', '') } })],
    [
      'a JWK that is cut',
      () => ({
        keys: { privateKey: JSON.stringify(pair.privateKey.export({ format: 'jwk' })).slice(0, -3) },
      }),
    ],
    [
      'a JWK of another kind',
      () => ({ keys: { privateKey: { ...pair.privateKey.export({ format: 'jwk' }), kty: 'RSA' } } }),
    ],
    ['a secret as a key', () => ({ keys: { privateKey: shared } })],
    ['a key as a secret', () => ({ keys: { secret: pem } })],
    ['the same secret twice', () => ({ keys: { secret: [shared, shared] } })],
    [
      'a secret under a wrong name',
      () => ({ secrets: newest, keys: { secretz: shared, passphrase: ` ${passphrase}` } }) as never,
    ],
    ['a secret in place of a path', () => ({ secret: undefined, secretFile: [secretFile, keyFile] })],
    ['a key file with a secret', () => ({ keys: { privateKeyFile: secretFile } })],
    [
      'another secret than the keys were sealed under',
      () => ({ secret: older, redis: { url, keyPrefix: 'a', deadline: '5s' }, keys: { algorithm: 'ES256' } }),
    ],
    ['a URL of no known form', () => ({ redis: { url: `http://:${redisPassword}@localhost` } })],
    ['a client with a mistake beside it', () => ({ redis: { client, url } })],
  ];

  it.each(failures)('in the words of a boot that fails: %s', async (_, options) => {
    const logger = new CapturingLogger();
    const exposure = new Exposure(secrets);
    const error: unknown = await startApp({ options: { secret: newest, ...options() }, logger }).then(
      ({ close }) => close(),
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'AuthConfigurationError' });
    exposure.show(error, 'error');
    exposure.walk(error, 'error');
    for (const line of logger.lines) exposure.lookAt(line, 'log');
    expect([...exposure.found]).toEqual([]);
    expect(logger.lines.join('')).toContain('Gatehouse options');
  });

  it('is found where one does appear', () => {
    const holder = { [Symbol('hidden')]: new Map([['key', { buffer: Buffer.from(newest) }]]) };
    const shown = new Exposure(secrets);
    shown.show({ of: { them: passphrase } }, 'shown');
    shown.walk(holder, 'walked');
    expect([...shown.found].join()).toMatch(/shown by JSON: passphrase as text/);
    expect([...shown.found].join()).toMatch(/shown by inspect: passphrase as text/);
    expect([...shown.found].join()).toMatch(/walked.*: the lasting secret as text/);
  });
});
