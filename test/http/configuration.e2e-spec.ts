import { Injectable, Module } from '@nestjs/common';
import { AuthConfigurationError, AuthModule, type AuthModuleOptions, TokenService } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { LASTING_SECRET, startApp, startModule, TestUsers } from '../support/app/start-app.js';

describe('configuration', () => {
  it('stops the boot with all six of six mistakes', async () => {
    const boot = startApp({
      options: {
        issuer: '',
        audience: [],
        redis: { url: 'http://secret@localhost' },
        keys: { secret: 'changeme' },
        accessTokens: { ttl: 'soon' as '1s' },
        throttler: { throttlers: [{ limit: -1, ttl: '1m' }] },
      },
    });
    const error = await boot.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(AuthConfigurationError);
    const { findings, message } = error as AuthConfigurationError;
    expect(findings.map(({ option }) => option).sort()).toEqual([
      'accessTokens.ttl',
      'audience',
      'issuer',
      'keys.secret',
      'redis.url',
      'throttler.throttlers[0].limit',
    ]);
    expect(message).not.toContain('secret@');
    expect(message).not.toContain('changeme');
  });

  it('names a misspelt option and a missing user authenticator', async () => {
    const options = { isuer: 'x', userAuthenticator: undefined } as unknown as AuthModuleOptions;
    await expect(startApp({ options })).rejects.toMatchObject({
      findings: [
        { option: 'userAuthenticator', message: expect.stringContaining('is required') },
        { option: 'isuer', message: 'is not an option; did you mean issuer?' },
      ],
    });
  });

  it('refuses memory stores and a makeshift secret in production', async () => {
    await expect(startApp({ options: { production: true } })).rejects.toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ option: 'redis' }),
        expect.objectContaining({ option: 'secret' }),
      ]),
    });
  });

  it('works as forRootAsync, and services can be injected anywhere', async () => {
    @Injectable()
    class Environment {
      readonly issuer = 'https://async.test';
    }
    @Module({ providers: [Environment], exports: [Environment] })
    class EnvironmentModule {}
    @Module({
      imports: [
        AuthModule.forRootAsync({
          imports: [EnvironmentModule],
          inject: [Environment],
          useFactory: ({ issuer }: Environment) => ({
            issuer,
            audience: 'https://api.test',
            secret: LASTING_SECRET,
            keys: { secret: 'an HS256 secret for tests, long enough' },
          }),
          userAuthenticator: TestUsers,
          endpoints: { auth: 'v1/session' },
        }),
      ],
    })
    class AsyncApp {}

    const { app, url } = await startModule(AsyncApp, { logger: false });
    const client = new Client(url);
    const login = await client.post<{ access_token: string }>('/v1/session/login', {
      username: 'demo',
      password: 'demo-password',
    });
    expect(login.status).toBe(200);
    const principal = await app.get(TokenService).verify(login.body.access_token);
    expect(principal).toMatchObject({ subject: 'user-demo', claims: { iss: 'https://async.test' } });
    await app.close();
  });

  it('serves no login endpoints where none are wanted', async () => {
    const running = await startApp({ extras: { endpoints: { auth: false }, userAuthenticator: undefined } });
    const client = new Client(running.url);
    expect((await client.post('/auth/login', { username: 'demo', password: 'demo-password' })).status).toBe(
      404,
    );
    expect((await client.get('/.well-known/jwks.json')).status).toBe(200);
    await running.close();
  });
});
