import { createHmac } from 'node:crypto';
import { ConfigModule, ConfigService, registerAs } from '@nestjs/config';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '../auth.module.js';
import { AuthConfigurationError } from '../kernel/configuration/configuration-error.js';
import type { AuthModuleOptions } from '../options/auth-module-options.js';
import { TokenService } from '../tokens/token.service.js';
import { authConfig, authEnvironment } from './auth-environment.js';

const SECRET = 'a secret of the environment that is long enough';
const OLD = 'an older one of the environment that is long enough';
const SIGNING = 'another that services verify with and long enough too';

const findingsOf = (variables: Record<string, unknown>): readonly string[] => {
  try {
    authConfig(variables);
  } catch (error) {
    if (error instanceof AuthConfigurationError) return error.findings.map(({ option }) => option);
  }
  return [];
};

/** Everything wrong at once, each with something that must not be shown. */
const WRONG = {
  AUTH_SECRET: 'hidden-1',
  AUTH_SECRET_KEY: 'hidden-2',
  AUTH_SECRET_FILE: 'hidden-3',
  REDIS_URL: 'http://hidden-4@redis',
  REDIS_DEADLINE: 'hidden-5',
  AUTH_ALGORITHM: 'hidden-6',
  ACCESS_TTL: 'hidden-7',
  REFRESH_TTL: '0',
  REUSE_WINDOW: 'hidden-8',
  RATE_LIMIT: 'hidden-9',
  RATE_WINDOW: 'hidden-10',
};

describe('the environment', () => {
  it('says nothing where nothing is set, or only the empty text', () => {
    expect(authConfig({})).toEqual({});
    expect(authConfig({ AUTH_ISSUER: ' ', REDIS_URL: '', ACCESS_TTL: '' })).toEqual({});
  });

  it('says options', () => {
    const options = authConfig({
      NODE_ENV: 'production',
      AUTH_ISSUER: 'https://auth.test',
      AUTH_AUDIENCE: 'a, b',
      AUTH_SECRET_KEY: `${SECRET}, ${OLD}`,
      AUTH_ALGORITHM: 'ES256',
      REDIS_URL: 'redis+cluster://a:1,b:2',
      REDIS_DEADLINE: '300ms',
      ACCESS_TTL: '5m',
      REFRESH_TTL: '7d',
      REUSE_WINDOW: '0',
      RATE_LIMIT: '7',
      RATE_WINDOW: '90',
    });
    expect(options).toEqual({
      production: true,
      issuer: 'https://auth.test',
      audience: ['a', 'b'],
      secret: [SECRET, OLD],
      keys: { algorithm: 'ES256' },
      redis: { url: 'redis+cluster://a:1,b:2', deadline: '300ms' },
      accessTokens: { ttl: '300000ms' },
      sessions: { idleTtl: '604800000ms', reuseWindow: '0ms' },
      throttler: { throttlers: [{ limit: 7, ttl: '90000ms' }] },
    } satisfies AuthModuleOptions);
  });

  it.each<[Record<string, string>, Partial<AuthModuleOptions>]>([
    [{ AUTH_AUDIENCE: 'a' }, { audience: 'a' }],
    [{ AUTH_SECRET: SECRET }, { secret: [SECRET] }],
    [{ AUTH_SECRET_FILE: '/run/secret' }, { secretFile: '/run/secret' }],
    [{ REDIS_URL: 'redis://localhost' }, { redis: 'redis://localhost' }],
    [{ AUTH_PRIVATE_KEY_FILE: 'key.pem' }, { keys: { privateKeyFile: 'key.pem' } }],
    [
      { AUTH_SECRET: SECRET, AUTH_ALGORITHM: 'HS256' },
      { secret: [SECRET], keys: { algorithm: 'HS256', secret: [SECRET] } },
    ],
    [
      { AUTH_SECRET: SECRET, AUTH_SIGNING_SECRET: `${SIGNING}, ${OLD}`, AUTH_ALGORITHM: 'HS256' },
      { secret: [SECRET], keys: { algorithm: 'HS256', secret: [SIGNING, OLD] } },
    ],
    [
      { AUTH_SECRET_FILE: '/run/secret', AUTH_SIGNING_SECRET: SIGNING, AUTH_ALGORITHM: 'HS256' },
      { secretFile: '/run/secret', keys: { algorithm: 'HS256', secret: [SIGNING] } },
    ],
    [{ REFRESH_TTL: '40d' }, { sessions: { idleTtl: '3456000000ms', absoluteTtl: '3456000000ms' } }],
    [{ RATE_WINDOW: '1s' }, { throttler: { throttlers: [{ limit: 100, ttl: '1000ms' }] } }],
  ])('%j are %j', (variables, options) => expect(authConfig(variables)).toEqual(options));

  it('takes numbers, which validators make, as their text', () => {
    const variables = { ACCESS_TTL: 300, REUSE_WINDOW: 0, RATE_LIMIT: 7, REDIS_URL: 'redis://a' };
    expect(authConfig(variables)).toEqual({
      accessTokens: { ttl: '300000ms' },
      sessions: { reuseWindow: '0ms' },
      throttler: { throttlers: [{ limit: 7, ttl: '60000ms' }] },
      redis: 'redis://a',
    });
    const wrong = { ACCESS_TTL: -5, REFRESH_TTL: Number.NaN, RATE_LIMIT: 1.5, AUTH_SECRET: 12_345 };
    expect(new Set(findingsOf(wrong))).toEqual(new Set(Object.keys(wrong)));
  });

  it('takes nothing else for a variable that is not set', () => {
    const wrong = {
      AUTH_ISSUER: true,
      AUTH_AUDIENCE: ['a', 'b'],
      AUTH_SECRET: { hidden: SECRET },
      AUTH_SECRET_FILE: null,
      REDIS_URL: new URL('redis://hidden'),
      ACCESS_TTL: 300n,
      RATE_LIMIT: false,
      NODE_ENV: ['production'],
    };
    expect(findingsOf(wrong).toSorted()).toEqual(Object.keys(wrong).toSorted());
    expect(() => authConfig(wrong)).not.toThrow(/hidden/);
  });

  it('does not wait for a Redis that is not there', () =>
    expect(findingsOf({ REDIS_DEADLINE: '1s' })).toEqual(['REDIS_DEADLINE']));

  it.each([
    [{ AUTH_SECRET: SECRET, AUTH_SIGNING_SECRET: SECRET }],
    [{ AUTH_SECRET: `${SECRET},${OLD}`, AUTH_SIGNING_SECRET: `${SIGNING},${OLD}` }],
    [{ AUTH_SECRET_KEY: `${SECRET},${OLD}`, AUTH_SIGNING_SECRET: OLD }],
    [{ AUTH_SIGNING_SECRET: `${SIGNING},short` }],
    [{ AUTH_SIGNING_SECRET: SIGNING, AUTH_ALGORITHM: 'ES256' }],
    [{ AUTH_SIGNING_SECRET: SIGNING, AUTH_ALGORITHM: undefined }],
  ])('refuses to sign with a secret that is no secret of its own, or for nothing: %j', (variables) => {
    const all = { AUTH_ALGORITHM: 'HS256', ...variables };
    expect(findingsOf(all)).toEqual(['AUTH_SIGNING_SECRET']);
    expect(() => authConfig(all)).not.toThrow(/long enough|short/);
  });

  it('reports every mistake at once, and shows no value', () => {
    const found = findingsOf(WRONG);
    expect(new Set(found)).toEqual(new Set(Object.keys(WRONG)));
    expect(() => authConfig(WRONG)).toThrow(AuthConfigurationError);
    expect(() => authConfig(WRONG)).not.toThrow(/hidden/);
  });

  it.each([
    [{ AUTH_ALGORITHM: 'HS256' }],
    [{ AUTH_ALGORITHM: 'HS256', AUTH_SECRET: SECRET, AUTH_PRIVATE_KEY_FILE: 'key.pem' }],
  ])('finds what does not go together: %j', (variables) =>
    expect(findingsOf(variables as Record<string, string>)).toEqual(['AUTH_ALGORITHM']),
  );
});

describe('the Standard Schema', () => {
  const { validate, version, vendor } = authEnvironment['~standard'];

  it('passes everything through, others included', () => {
    const variables = { AUTH_SECRET: SECRET, PORT: '3000' };
    expect([version, vendor, validate(variables)]).toEqual([1, 'nestjs-gatehouse', { value: variables }]);
  });

  it('has an issue for each mistake, with its path and no value', () => {
    const { issues = [] } = validate(WRONG);
    expect(new Set(issues.flatMap(({ path }) => path))).toEqual(new Set(Object.keys(WRONG)));
    expect(JSON.stringify(issues)).not.toContain('hidden');
    expect(validate(undefined).issues).toHaveLength(1);
  });
});

describe('with @nestjs/config', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  const start = () => {
    @Module({
      imports: [
        ConfigModule.forRoot({
          ignoreEnvFile: true,
          validationSchema: authEnvironment,
          load: [registerAs('gatehouse', () => authConfig())],
        }),
        AuthModule.forRootAsync({
          imports: [ConfigModule],
          inject: [ConfigService],
          useFactory: (config: ConfigService) => ({
            issuer: 'https://auth.test',
            audience: 'api',
            ...config.getOrThrow<Partial<AuthModuleOptions>>('gatehouse'),
          }),
          endpoints: { auth: false },
        }),
      ],
    })
    class AppModule {}
    return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  };

  it('is what a module is set up with', async () => {
    Object.assign(process.env, { AUTH_SECRET_KEY: SECRET, AUTH_ALGORITHM: 'HS256', ACCESS_TTL: '7m' });
    const app = await start();
    const login = { subject: 'ada', clientId: 'web', roles: [], authenticatedAt: Date.now(), device: {} };
    expect((await app.get(TokenService).login(login)).expiresInSeconds).toBe(7 * 60);
    await app.close();
  });

  it('signs with a secret that tells nothing of the lasting one', async () => {
    Object.assign(process.env, {
      AUTH_SECRET_KEY: SECRET,
      AUTH_SIGNING_SECRET: SIGNING,
      AUTH_ALGORITHM: 'HS256',
    });
    const app = await start();
    const login = { subject: 'ada', clientId: 'web', roles: [], authenticatedAt: Date.now(), device: {} };
    const token = (await app.get(TokenService).login(login)).accessToken;
    await app.close();
    const [header, payload, signature] = token.split('.');
    const signedWith = (secret: string) =>
      createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url') === signature;
    expect([SECRET, SIGNING].map(signedWith)).toEqual([false, true]);
  });

  it('stops the start with every mistake, and shows no value', async () => {
    Object.assign(process.env, WRONG);
    const told = await (async () => start())().then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    for (const name of Object.keys(WRONG)) expect(told).toContain(name);
    expect(told).not.toContain('hidden');
  });
});
