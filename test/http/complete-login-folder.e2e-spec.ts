import { RequestMethod } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { AuthModule } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type AppShape, platforms, startApp } from '../support/app/start-app.js';
import { cookieOf, given, HostLoginsModule } from './host-logins.js';

describe.each(platforms)('[11-F] the folder of a cookie that completeLogin sets on %s', (platform) => {
  const route = RouterModule.register([{ path: 'account', module: AuthModule }]);

  it.each<[string, string, AppShape, string]>([
    [
      'the prefix of the app',
      '/api/v1/passkeys/login',
      { prepare: (app) => app.setGlobalPrefix('api/v1') },
      '/api/v1/auth',
    ],
    [
      'a prefix that leaves them out',
      '/api/passkeys/login',
      { prepare: (app) => app.setGlobalPrefix('/api/', { exclude: ['auth/*path'] }) },
      '/auth',
    ],
    [
      'a prefix that leaves them out for another method',
      '/api/passkeys/login',
      {
        prepare: (app) =>
          app.setGlobalPrefix('/api/', { exclude: [{ path: 'auth/*path', method: RequestMethod.GET }] }),
      },
      '/api/auth',
    ],
    [
      'a prefix that differs with the request',
      '/shop/one/passkeys/login',
      { prepare: (app) => app.setGlobalPrefix('shop/:name') },
      '/shop',
    ],
    ['the path of RouterModule', '/passkeys/login', { imports: [route] }, '/account/auth'],
    [
      'a path of their own',
      '/passkeys/login',
      { extras: { endpoints: { auth: '/me/session/' } } },
      '/me/session',
    ],
    [
      'none of ours, so that of the request',
      '/passkeys/login',
      { extras: { endpoints: { auth: false } } },
      '/passkeys',
    ],
  ])('follows %s', async (_what, url, shape, folder) => {
    const running = await startApp({
      platform,
      logger: false,
      options: { throttler: false, authentication: { refreshCookie: true } },
      ...shape,
      imports: [{ module: HostLoginsModule }, ...(shape.imports ?? [])],
    });
    given.user = { subject: 'ada' };
    const answer = await new Client(running.url).post(url, {});
    await running.close();
    expect([answer.status, /; Path=([^;]*);/.exec(cookieOf(answer))?.[1]]).toEqual([200, folder]);
  });
});
