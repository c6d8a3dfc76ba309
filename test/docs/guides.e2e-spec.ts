import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger, type Type } from '@nestjs/common';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { TokenService } from 'nestjs-gatehouse';
import { firstValueFrom } from 'rxjs';
import { Client, firstCookieOf } from '../support/app/client.js';
import { type RunningApp, startApp, startModule } from '../support/app/start-app.js';
import { freePort } from '../support/redis/free-port.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { PageCode } from './blocks/page-code.js';
import { runMain } from './blocks/run-main.js';

const ENDING = ['docs/start/first-login.md', 'docs/graphql.md'];

describe('the apps of the guides', () => {
  const home = process.cwd();
  const environment = { ...process.env };
  // What an app makes by itself, a secret and keys, is made in the folder the process is in.
  const away = mkdtempSync(join(tmpdir(), 'gatehouse-page-'));
  const codes: PageCode[] = [];
  const apps: { close(): Promise<void> }[] = [];
  let redis: StandaloneRedis;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    process.chdir(away);
    redis = await startStandalone();
    process.env['REDIS_URL'] = redis.url;
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    process.chdir(home);
    process.env = environment;
    for (const code of codes) code.remove();
    rmSync(away, { recursive: true });
    await redis.stop();
  });

  const codeOf = (...pages: string[]): PageCode => {
    const code = PageCode.of(pages);
    codes.push(code);
    return code;
  };

  async function start(code: PageCode, path = 'app.module.ts', name = 'AppModule'): Promise<RunningApp> {
    const module = code.load<Record<string, Type>>(path)[name]!;
    const running = await startModule(module, { logger: false });
    apps.push(running);
    return running;
  }

  it('GraphQL: refuse in the words of the page, and write for an editor', async () => {
    const { url } = await start(codeOf(...ENDING));
    const client = new Client(url);
    const ask = async (query: string, token?: string) =>
      (
        await client.post<{ data: unknown; errors?: { extensions: { code: string } }[] }>(
          '/graphql',
          { query },
          token,
        )
      ).body;
    const login = async (email: string) =>
      (await client.post<{ access_token: string }>('/auth/login', { email, password: 'correct horse' })).body
        .access_token;
    const write = 'mutation { write(title: "On gates") { title author } }';
    expect((await ask(write)).errors?.[0]?.extensions.code).toBe('unauthenticated');
    expect((await ask(write, await login('bob@example.com'))).errors?.[0]?.extensions.code).toBe(
      'access_denied',
    );
    expect((await ask(write, await login('ada@example.com'))).data).toEqual({
      write: { title: 'On gates', author: 'user-1' },
    });
    expect((await ask('{ articles { title } }')).data).toMatchObject({ articles: [{}, {}] });
  });

  it('messages: guarded like routes, with the token in them', async () => {
    const port = await freePort();
    process.env['TCP_PORT'] = String(port);
    const { app } = await runMain(codeOf('docs/microservices.md'));
    apps.push(app);
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port },
    });
    const send = (pattern: string, data: object): Promise<unknown> =>
      firstValueFrom(client.send<unknown>(pattern, data)).catch((error: unknown) => error);
    const { accessToken: token } = await app
      .get(TokenService)
      .login({ subject: 'ada', clientId: 'first-party', roles: [], authenticatedAt: Date.now(), device: {} });
    expect(await send('orders.list', {})).toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(await send('orders.list', { token })).toMatchObject({ code: 'access_denied', status: 403 });
    expect(await send('orders.list', { token: 'x' })).toMatchObject({ code: 'invalid_token', status: 401 });
    expect(await send('orders.place', { token, item: 'tea' })).toEqual({ customer: 'ada', item: 'tea' });
    client.close();
  });

  it('a storage for Nest: the same guard, five requests in any minute', async () => {
    const { url } = await start(codeOf('docs/migrating-throttler-storage.md'));
    const answers = [];
    for (let at = 0; at < 6; at += 1) answers.push(await fetch(url));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBe('5');
    expect(Number(answers[5]?.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(await answers[5]?.json()).toMatchObject({
      message: expect.stringContaining('ThrottlerException'),
    });
  });

  it('our guard in its place: a problem document', async () => {
    const code = codeOf('docs/migrating-throttler-storage.md');
    const { url } = await start(code, 'limits.module.ts', 'LimitsModule');
    const answers = [];
    for (let at = 0; at < 6; at += 1) answers.push(await fetch(url));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"default";q=5;w=60');
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBe('5');
    expect(await answers[5]?.json()).toMatchObject({ code: 'quota_exceeded' });
  });

  it('a resource server: whose tests are the issuer', async () => {
    const { testing, tokenOf } = codeOf('docs/resource-server.md').load<{
      testing: TestingModuleBuilder;
      tokenOf(sub: string, ...roles: string[]): string;
    }>('testing.ts');
    const app = (await testing.compile()).createNestApplication();
    apps.push(app);
    await app.listen(0, '127.0.0.1');
    const client = new Client(await app.getUrl());
    const write = (token?: string) => client.post('/articles', { title: 'On gates' }, token);
    expect(await write()).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(await write(tokenOf('ada', 'reader'))).toMatchObject({
      status: 403,
      body: { code: 'access_denied' },
    });
    expect(await write(tokenOf('ada', 'editor'))).toMatchObject({ status: 201, body: { author: 'ada' } });
  });

  it('browsers: what they are told', async () => {
    const running = await startApp({ options: { authentication: { refreshCookie: true } } });
    apps.push(running);
    const client = new Client(running.url);
    const login = await client.post('/auth/login', { username: 'demo', password: 'demo-password' });
    const cookie = firstCookieOf(login);
    const refresh = (headers: Record<string, string>) => client.send('POST', '/auth/refresh', { headers });
    const attack = { cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    expect(await refresh(attack)).toMatchObject({ status: 403, body: { code: 'cross_site_request' } });
    expect(await refresh({})).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect((await refresh({ cookie })).status).toBe(200);
    await client.send('POST', '/auth/logout', { headers: { cookie } });
    expect(await refresh({ cookie })).toMatchObject({ status: 400, body: { code: 'invalid_grant' } });
  });
});
