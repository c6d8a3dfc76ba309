import { request as httpsRequest } from 'node:https';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  AuthModule,
  CurrentUser,
  OptionalAuth,
  type Principal,
  Scopes,
  TokenService,
} from 'nestjs-gatehouse';
import {
  type Platform,
  platforms,
  requiredOptions,
  type RunningApp,
  TestUsers,
} from '../support/app/start-app.js';
import { type Identity, selfSigned } from '../support/tls/self-signed.js';
import { CertificateScheme } from './host-schemes.js';

@Controller()
class Routes {
  @Get('who')
  who(@CurrentUser() { subject, scheme }: Principal): object {
    return { subject, scheme };
  }

  @Post('who')
  post(@CurrentUser('subject') subject: string): object {
    return { subject };
  }

  @OptionalAuth()
  @Get('maybe')
  maybe(@CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null };
  }

  @Scopes('read')
  @Get('read')
  read(): void {}
}

@Module({
  imports: [
    AuthModule.forRoot({
      ...requiredOptions,
      userAuthenticator: TestUsers,
      throttler: false,
      credentialSchemes: [CertificateScheme],
    }),
  ],
  controllers: [Routes],
})
class TlsAppModule {}

const [server, robot, stranger] = ['localhost', 'robot', 'stranger'].map((name) => selfSigned(name)) as [
  Identity,
  Identity,
  Identity,
];

/** Serves TLS, and asks for a certificate without insisting on one. */
async function startTls(platform: Platform): Promise<RunningApp> {
  const https = { ...server, ca: [robot.cert], requestCert: true, rejectUnauthorized: false };
  const options = { logger: false as const, abortOnError: false };
  const app =
    platform === 'express'
      ? await NestFactory.create(TlsAppModule, new ExpressAdapter(), { ...options, httpsOptions: https })
      : await NestFactory.create(TlsAppModule, new FastifyAdapter({ https } as object), options);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return { app, url: `https://127.0.0.1:${port}`, close: () => app.close() };
}

describe.each(platforms)('[11-F] certificates of clients over TLS on %s', (platform) => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startTls(platform);
  });
  afterAll(() => running.close());

  /** Status, body and challenge of a call. */
  const call = (
    path: string,
    identity?: Identity,
    { method = 'GET', ...headers }: Record<string, string> = {},
  ): Promise<{ status: number; body: Record<string, unknown>; challenge: unknown }> =>
    new Promise((resolve, reject) => {
      const to = { method, headers, ca: [server.cert], checkServerIdentity: () => undefined, agent: false };
      const sent = httpsRequest(running.url + path, { ...to, ...identity }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
            challenge: response.headers['www-authenticate'],
          }),
        );
      });
      sent.on('error', reject).end();
    });

  it('speak for whom the scheme reads in them, where the authority is known', async () => {
    expect((await call('/who', robot)).body).toEqual({ subject: 'client:robot', scheme: 'Certificate' });
    for (const identity of [undefined, stranger]) {
      const { status, challenge } = await call('/who', identity);
      expect([status, challenge]).toEqual([401, 'Bearer realm="api"']);
      expect((await call('/maybe', identity)).body).toEqual({ subject: null });
    }
    expect((await call('/maybe', robot)).body).toEqual({ subject: 'client:robot' });
  });

  it('count only where nothing was shown on purpose', async () => {
    const about = { clientId: 'web', roles: [], authenticatedAt: Date.now(), device: {} };
    const { accessToken } = await running.app.get(TokenService).login({ subject: 'ada', ...about });
    const authorization = `Bearer ${accessToken}`;
    expect((await call('/who', robot, { authorization })).body).toEqual({ subject: 'ada' });
    expect((await call('/who', robot, { authorization: 'Bearer a.b.c' })).status).toBe(401);
  });

  it('are no way in for pages of other sites', async () => {
    const from = (headers: Record<string, string>) => call('/who', robot, { method: 'POST', ...headers });
    expect((await from({ origin: 'https://evil.test' })).body).toMatchObject({ code: 'cross_site_request' });
    expect((await from({ origin: 'null' })).status).toBe(403);
    expect((await from({ origin: running.url, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await from({})).status).toBe(201);
  });

  it('have no session, and no challenge asks for one', async () => {
    for (const path of ['/auth/logout', '/auth/logout-all'])
      expect((await call(path, robot, { method: 'POST' })).body).toMatchObject({ code: 'access_denied' });
    const { status, challenge } = await call('/read', robot);
    expect([status, challenge]).toEqual([403, 'Bearer realm="api"']);
  });
});
