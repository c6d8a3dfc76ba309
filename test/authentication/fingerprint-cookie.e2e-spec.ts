import { Controller, Get } from '@nestjs/common';
import { RequireDPoP } from 'nestjs-gatehouse';
import { type Answer, Client, firstCookieOf } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { DPoPCaller } from '../support/dpop/dpop-caller.js';
import { holder } from '../support/dpop/proofs.js';

@Controller()
class Routes {
  @RequireDPoP()
  @Get('bound')
  bound(): string {
    return 'bound';
  }
}

describe.each(everywhere)('[59] the fingerprint cookie ($medium, $platform)', ({ medium, platform }) => {
  let stores: TestMedium;
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    stores = await startMedium(medium);
    running = await startApp({
      platform,
      controllers: [Routes],
      options: {
        throttler: false,
        dpop: true,
        authentication: { fingerprintCookie: true },
        ...(stores.redis && { redis: stores.redis }),
      },
    });
    client = new Client(running.url);
  });
  afterAll(async () => {
    await running?.close();
    await stores?.stop();
  });

  const post = (path: string, body: object, cookie = ''): Promise<Answer> =>
    client.send('POST', path, {
      headers: { 'content-type': 'application/json', ...(cookie !== '' && { cookie }) },
      body: JSON.stringify(body),
    });
  const login = (cookie?: string): Promise<Answer> =>
    post('/auth/login', { username: 'demo', password: 'demo-password' }, cookie);
  const refresh = ({ body }: Answer, cookie?: string): Promise<Answer> =>
    post('/auth/refresh', { refresh_token: body['refresh_token'] }, cookie);
  const call = async ({ body }: Answer, cookie = '', path = '/auth/me', method = 'GET'): Promise<number> => {
    const headers = {
      authorization: `Bearer ${String(body['access_token'])}`,
      ...(cookie !== '' && { cookie }),
    };
    return (await client.send(method, path, { headers })).status;
  };

  it('is random, for this host and its pages alone, and only its hash is in the token', async () => {
    const answer = await login();
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-fingerprint=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
    const [, value = ''] = firstCookieOf(answer).split('=');
    expect(answer.text).not.toContain(value);
    const [, claims = ''] = String(answer.body['access_token']).split('.');
    expect(Buffer.from(claims, 'base64url').toString()).toContain('"cnf":{"cookie#S256":"');
  });

  it('has to come along: without it, or with another one, the access token is refused', async () => {
    const answer = await login();
    const cookie = firstCookieOf(answer);
    expect(await call(answer, cookie)).toBe(200);
    expect(await call(answer, `theme=dark; ${cookie}`)).toBe(200);
    const others = [
      '',
      '__Host-fingerprint=',
      '__Host-fingerprint=other',
      firstCookieOf(await login()),
      `${cookie}; __Host-fingerprint=other`,
    ];
    for (const other of others) expect(await call(answer, other)).toBe(401);
  });

  it('is kept at a refresh, which needs it, and burns nothing without it', async () => {
    const first = await login();
    const cookie = firstCookieOf(first);
    for (const other of ['', firstCookieOf(await login())])
      expect(await refresh(first, other)).toMatchObject({ status: 400, body: { code: 'invalid_grant' } });
    const next = await refresh(first, cookie);
    expect(next.status).toBe(200);
    expect(firstCookieOf(next)).toBe(cookie);
    expect([await call(next, cookie), await call(next)]).toEqual([200, 401]);
  });

  it('is another one after each login, and gone after a logout', async () => {
    const first = await login();
    const next = await login(firstCookieOf(first));
    expect(firstCookieOf(next)).not.toBe(firstCookieOf(first));
    const cookie = firstCookieOf(next);
    expect(await call(next, '', '/auth/logout', 'POST')).toBe(401);
    const headers = { authorization: `Bearer ${String(next.body['access_token'])}`, cookie };
    const answer = await client.send('POST', '/auth/logout', { headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-fingerprint=; Max-Age=0; Path=\//),
    ]);
    expect(await call(next, cookie)).toBe(401);
  });

  it('is set by no login that another site makes a browser send', async () => {
    const body = new URLSearchParams({ username: 'demo', password: 'demo-password' });
    const send = (headers: Record<string, string>): Promise<Answer> =>
      client.send('POST', '/auth/login', { headers, body });
    const refused = await send({ origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'cross_site_request' } });
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect((await send({ 'sec-fetch-site': 'same-origin' })).headers.getSetCookie()).toHaveLength(1);
  });

  it('is no proof of a key, and not needed beside one', async () => {
    const answer = await login();
    expect(await call(answer, firstCookieOf(answer), '/bound')).toBe(401);
    const ada = new DPoPCaller(running.url, holder());
    const account = { username: 'demo', password: 'demo-password' };
    const proven = await ada.tell('/auth/login', account);
    expect(proven.headers.getSetCookie()).toEqual([]);
    expect((await ada.call('/bound', String(proven.body['access_token']))).status).toBe(200);
  });
});
