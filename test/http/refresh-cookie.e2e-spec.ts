import type { AuthenticationOptions } from 'nestjs-gatehouse';
import { Client, firstCookieOf } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

describe.each(platforms)('the refresh cookie on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      platform,
      options: { throttler: false, authentication: { refreshCookie: true } },
      extras: { endpoints: { auth: 'api/auth' } },
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  async function login(): Promise<{ cookie: string; header: string; token: string; text: string }> {
    const answer = await client.post<{ access_token: string }>('/api/auth/login', {
      username: 'demo',
      password: 'demo-password',
    });
    const header = answer.headers.getSetCookie().join();
    return { cookie: header.split(';', 1)[0]!, header, token: answer.body.access_token, text: answer.text };
  }

  const send = (path: string, headers: Record<string, string>) => client.send('POST', path, { headers });

  it('[59] is HttpOnly, Secure, SameSite, narrow, and not in the body as well', async () => {
    const { header, text } = await login();
    expect(header).toMatch(
      /^__Secure-refresh_token=ghr_[^;]+; Max-Age=\d+; Path=\/api\/auth; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(Number(/Max-Age=(\d+)/.exec(header)?.[1])).toBeGreaterThan(6 * 86_400);
    expect(text).not.toContain('refresh_token');
  });

  it('[52] a login from the same browser ends the session it had', async () => {
    const { cookie } = await login();
    const again = await client.send('POST', '/api/auth/login', {
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'demo', password: 'demo-password' }),
    });
    expect(again.status).toBe(200);
    expect((await send('/api/auth/refresh', { cookie })).status).toBe(400);
    const fresh = firstCookieOf(again);
    expect((await send('/api/auth/refresh', { cookie: fresh })).status).toBe(200);
  });

  it('rotates in the cookie', async () => {
    const { cookie } = await login();
    const answer = await send('/api/auth/refresh', { cookie: `theme=dark; ${cookie}` });
    expect(answer.status).toBe(200);
    const next = answer.headers.getSetCookie().join();
    expect(next).toMatch(/^__Secure-refresh_token=ghr_/);
    expect(next).not.toContain(cookie);
  });

  it('refuses a token in the cookie and in the body', async () => {
    const { cookie } = await login();
    const answer = await client.send('POST', '/api/auth/refresh', {
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ refresh_token: cookie.split('=')[1] }),
    });
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('takes an empty cookie for none', async () => {
    const { token } = await login();
    const cleared = { cookie: '__Secure-refresh_token=', authorization: `Bearer ${token}` };
    expect((await send('/api/auth/logout', cleared)).status).toBe(204);
  });

  it('is cleared by a logout and never by a refused refresh', async () => {
    const { cookie, token } = await login();
    const refused = await send('/api/auth/refresh', { cookie: `${cookie}x` });
    expect(refused.status).toBe(400);
    expect(refused.headers.getSetCookie()).toEqual([]);
    const logout = await send('/api/auth/logout', { cookie, authorization: `Bearer ${token}` });
    expect(logout.status).toBe(204);
    expect(logout.headers.getSetCookie().join()).toMatch(/^__Secure-refresh_token=; Max-Age=0;/);
  });
});

describe('the path of the refresh cookie', () => {
  const credentials = { username: 'demo', password: 'demo-password' };

  async function pathOf(
    refreshCookie: NonNullable<AuthenticationOptions['refreshCookie']>,
    url: string,
    prefix?: string,
  ): Promise<string | undefined> {
    const running = await startApp({
      options: { throttler: false, authentication: { refreshCookie } },
      prepare: (app) => prefix !== undefined && app.setGlobalPrefix(prefix),
    });
    const answer = await new Client(running.url).post(url, credentials);
    await running.close();
    return /; Path=([^;]*);/.exec(answer.headers.getSetCookie().join())?.[1];
  }

  it.each([
    ['/auth/login', undefined, '/auth'],
    ['/auth/login/', undefined, '/auth'],
    ['/auth/login?next=/a/b', undefined, '/auth'],
    ['/api/v1/auth/login', 'api/v1', '/api/v1/auth'],
  ])('[59] of a login at %s is the folder of refresh and logout', async (url, prefix, path) => {
    expect(await pathOf(true, url, prefix)).toBe(path);
  });

  it('[59] is what the options say, so that a __Host- name is possible', async () => {
    expect(await pathOf({ name: '__Host-refresh', path: '/' }, '/auth/login')).toBe('/');
  });
});
