import { Controller, Delete, Get, Patch, Post, Put } from '@nestjs/common';
import {
  type AuthenticationOptions,
  CurrentUser,
  OptionalAuth,
  Public,
  TokenService,
} from 'nestjs-gatehouse';
import { type Answer, Client } from '../support/app/client.js';
import { type Platform, platforms, type RunningApp, startApp } from '../support/app/start-app.js';

@Controller()
class Routes {
  @Get('who')
  who(@CurrentUser('subject') subject: string): object {
    return { subject };
  }

  @Post('who')
  post(@CurrentUser('subject') subject: string): object {
    return { subject };
  }

  @Put('who')
  put(): void {}

  @Patch('who')
  patch(): void {}

  @Delete('who')
  remove(): void {}

  @OptionalAuth()
  @Get('maybe')
  maybe(@CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null };
  }

  @OptionalAuth()
  @Post('maybe')
  maybePost(): void {}

  @Public()
  @Post('open')
  open(): void {}
}

const credentials = { username: 'demo', password: 'demo-password' };
const elsewhere = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' };

function start(platform: Platform, authentication: AuthenticationOptions): Promise<RunningApp> {
  const options = { throttler: false as const, authentication: { accessCookie: true, ...authentication } };
  return startApp({ platform, controllers: [Routes], options });
}

/** What a browser keeps of an answer. */
function kept(answer: Answer<object>): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0]!)
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ');
}

describe.each(platforms)('[11-F] the access token in a cookie on %s', (platform) => {
  let running: RunningApp;
  let client: Client;
  let cookie: string;

  beforeAll(async () => {
    running = await start(platform, { refreshCookie: true });
    client = new Client(running.url);
  });
  beforeEach(async () => {
    cookie = kept(await client.post('/auth/login', credentials));
  });
  afterAll(() => running.close());

  const send = (method: string, path: string, headers: Record<string, string>) =>
    client.send(method, path, { headers });

  it('[59] is HttpOnly, Secure, of this host, for as long as the token lives, and not in the body as well', async () => {
    const login = await client.post('/auth/login', credentials);
    const [refresh, access] = login.headers.getSetCookie();
    expect(refresh).toMatch(/^__Secure-refresh_token=ghr_/);
    expect(access).toMatch(
      /^__Host-access_token=[\w.-]+; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(login.body).toEqual({ token_type: 'Bearer', expires_in: 900 });
  });

  it('authenticates every route, is renewed by a refresh and cleared by a logout that ends the session', async () => {
    expect((await send('GET', '/who', { cookie })).body).toEqual({ subject: 'user-demo' });
    expect((await send('GET', '/auth/me', { cookie })).status).toBe(200);
    const refreshed = await send('POST', '/auth/refresh', { cookie });
    expect([refreshed.status, 'access_token' in refreshed.body]).toEqual([200, false]);
    const next = kept(refreshed);
    expect((await send('GET', '/who', { cookie: next })).status).toBe(200);
    const logout = await send('POST', '/auth/logout', { cookie: next });
    expect(logout.status).toBe(204);
    expect(logout.headers.getSetCookie().join()).toMatch(
      /__Host-access_token=; Max-Age=0; Path=\/; HttpOnly/,
    );
    for (const each of [cookie, next]) expect((await send('GET', '/who', { cookie: each })).status).toBe(401);
  });

  it('ends its session by a logout alone, and by a new login', async () => {
    const [access] = cookie.split('; ').filter((each) => each.startsWith('__Host-'));
    expect((await send('POST', '/auth/logout', { cookie: access! })).status).toBe(204);
    expect((await send('GET', '/who', { cookie: access! })).status).toBe(401);
    // It is no reason to refuse another one.
    expect((await send('POST', '/auth/logout', { cookie: access! })).status).toBe(204);
    const own = kept(await client.post('/auth/login', credentials))
      .split('; ')
      .at(-1)!;
    const again = await client.send('POST', '/auth/login', {
      headers: { cookie: own, 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    expect(again.status).toBe(200);
    expect((await send('GET', '/who', { cookie: own })).status).toBe(401);
  });

  it('is no way in for other sites, whatever the method that changes something', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const refused = await send(method, '/who', { cookie, ...elsewhere });
      expect([method, refused.status, refused.body['code']]).toEqual([method, 403, 'cross_site_request']);
      expect((await send(method, '/who', { cookie, 'sec-fetch-site': 'same-origin' })).status).toBeLessThan(
        300,
      );
      expect(
        (await send(method, '/who', { cookie, origin: new URL(running.url).origin })).status,
      ).toBeLessThan(300);
    }
    expect((await send('POST', '/maybe', { cookie, ...elsewhere })).status).toBe(403);
    for (const site of ['cross-site', 'same-site'])
      expect(
        (await send('POST', '/who', { cookie, 'sec-fetch-site': site, origin: 'https://a.test' })).status,
      ).toBe(403);
    expect((await send('POST', '/who', { cookie, origin: 'null' })).status).toBe(403);
  });

  it('may be read along by links from elsewhere, and nobody is asked where no cookie decides', async () => {
    for (const method of ['GET', 'HEAD'])
      expect((await send(method, '/who', { cookie, ...elsewhere })).status).toBe(200);
    expect((await send('POST', '/open', { cookie, ...elsewhere })).status).toBe(201);
    expect((await send('POST', '/maybe', elsewhere)).status).toBe(201);
  });

  it('counts only where nothing was shown on purpose', async () => {
    const tokens = running.app.get(TokenService);
    const other = await tokens.login({
      subject: 'ada',
      clientId: 'mobile',
      roles: [],
      authenticatedAt: Date.now(),
      device: {},
    });
    const authorization = `Bearer ${other.accessToken}`;
    expect((await send('GET', '/who', { cookie, authorization })).body).toEqual({ subject: 'ada' });
    expect((await send('POST', '/who', { cookie, authorization, ...elsewhere })).body).toEqual({
      subject: 'ada',
    });
    expect((await send('GET', '/who', { cookie, authorization: 'Bearer a.b.c' })).body).toMatchObject({
      code: 'invalid_token',
    });
    // Junk that a neighbour domain plants locks nobody out.
    const planted = `${cookie}; __Host-access_token=junk`;
    expect((await send('GET', '/who', { cookie: planted, authorization })).body).toEqual({ subject: 'ada' });
    expect((await send('GET', '/who', { cookie: planted })).body).toMatchObject({ code: 'invalid_request' });
  });

  it('that is no longer good is nobody where nobody has to be known, since a browser sends it all the same', async () => {
    await send('POST', '/auth/logout', { cookie });
    expect((await send('GET', '/who', { cookie })).body).toMatchObject({ code: 'invalid_token' });
    expect((await send('GET', '/maybe', { cookie })).body).toEqual({ subject: null });
    expect((await client.get('/maybe', 'a.b.c')).body).toMatchObject({ code: 'invalid_token' });
  });
});

describe('[11-F] the options of the access cookie', () => {
  it.each<[AuthenticationOptions, RegExp]>([
    [
      { accessCookie: { name: 'sid', sameSite: 'Lax' } },
      /^sid=[^;]+; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    ],
    [
      { accessCookie: { domain: 'example.com' } },
      /^__Secure-access_token=[^;]+; Max-Age=900; Path=\/; Domain=example\.com; HttpOnly; Secure; SameSite=Strict$/,
    ],
  ])('%j', async (authentication, expected) => {
    const running = await start('express', authentication);
    const login = await new Client(running.url).post('/auth/login', credentials);
    expect(login.headers.getSetCookie()).toEqual([expect.stringMatching(expected)]);
    // The refresh token goes where it went before.
    expect(Object.keys(login.body)).toEqual(['refresh_token', 'token_type', 'expires_in']);
    await running.close();
  });

  it('no other site logs anybody in', async () => {
    const running = await start('express', {});
    const answer = await new Client(running.url).send('POST', '/auth/login', {
      headers: elsewhere,
      body: new URLSearchParams(credentials),
    });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
    await running.close();
  });

  it('tells operators of a token that no browser keeps', async () => {
    const errors: unknown[] = [];
    const running = await startApp({
      options: {
        authentication: { accessCookie: true },
        accessTokens: { claims: () => ({ groups: 'x'.repeat(4000) }) },
      },
      logger: { log: () => {}, warn: () => {}, error: (message) => errors.push(message) },
    });
    expect((await new Client(running.url).post('/auth/login', credentials)).status).toBe(200);
    expect(errors).toEqual([expect.stringContaining('more than browsers keep in a cookie (4096)')]);
    await running.close();
  });
});
