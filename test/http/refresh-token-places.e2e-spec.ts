import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type AuthenticationOptions } from 'nestjs-gatehouse';
import { Client, firstCookieOf } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

describe.each(platforms)('[11-F] where a refresh token is on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  async function start(authentication: AuthenticationOptions): Promise<void> {
    running = await startApp({ platform, options: { throttler: false, authentication } });
    client = new Client(running.url);
  }
  afterEach(() => running.close());

  const send = (path: string, headers: Record<string, string>, body?: object) =>
    client.send('POST', path, {
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const outcome = async (path: string, headers: Record<string, string>, body?: object) => {
    const answer = await send(path, headers, body);
    return answer.body['code'] ?? answer.status;
  };

  it('a member of the body with a name of the host', async () => {
    await start({ refreshTokenField: 'refreshToken' });
    const { refresh_token: token } = await client.login();
    expect(await outcome('/auth/refresh', {}, { refresh_token: token })).toBe('invalid_request');
    expect((await send('/auth/refresh', {}, { refresh_token: token })).body['detail']).toBe(
      'refreshToken is required',
    );
    expect(await outcome('/auth/refresh', {}, { refreshToken: token })).toBe(200);
    const form = await client.send('POST', '/auth/refresh', {
      body: new URLSearchParams({ refreshToken: (await client.login()).refresh_token }),
    });
    expect(form.status).toBe(200);
    expect(await outcome('/auth/logout', {}, { refresh_token: token })).toBe('unauthenticated');
    expect(await outcome('/auth/logout', {}, { refreshToken: token })).toBe(204);
    expect(await outcome('/auth/refresh', {}, { refreshToken: token })).toBe('invalid_grant');
  });

  it('a header of its own', async () => {
    await start({ refreshTokenHeader: 'X-Refresh-Token' });
    const { refresh_token: token } = await client.login();
    const next = await send('/auth/refresh', { 'x-refresh-token': token });
    expect(next.status).toBe(200);
    const current = next.body['refresh_token'] as string;
    expect(await outcome('/auth/refresh', { 'x-refresh-token': `Bearer ${current}` })).toBe(200);
    const fresh = (await client.login()).refresh_token;
    expect(await outcome('/auth/refresh', { 'x-refresh-token': fresh }, { refresh_token: fresh })).toBe(
      'invalid_request',
    );
    expect(await outcome('/auth/refresh', { 'x-refresh-token': `${fresh}, ${fresh}` })).toBe(
      'invalid_request',
    );
    expect(await outcome('/auth/refresh', { 'x-refresh-token': 'rubbish' })).toBe('invalid_grant');
    expect(await outcome('/auth/refresh', { 'x-refresh-token': '' })).toBe('invalid_request');
    expect(await outcome('/auth/refresh', {}, { refresh_token: fresh })).toBe(200);
    expect(await outcome('/auth/logout', { 'x-refresh-token': fresh })).toBe(204);
    expect(await outcome('/auth/refresh', { 'x-refresh-token': fresh })).toBe('invalid_grant');
  });

  // Of some headers Node hands on the first line and drops the others.
  it('one line of a header, whichever it is', async () => {
    await start({ refreshTokenHeader: 'From' });
    const tokens = [(await client.login()).refresh_token, (await client.login()).refresh_token];
    const sent = request(`${client.url}/auth/refresh`, {
      method: 'POST',
      headers: { from: tokens as never },
    });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(400);
    for (const from of tokens) expect(await outcome('/auth/refresh', { from })).toBe(200);
  });

  it('the Authorization header, as apps of passport-jwt have it', async () => {
    await start({ refreshTokenHeader: 'authorization' });
    const { refresh_token: token, access_token: access } = await client.login();
    const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
    expect(await outcome('/auth/refresh', bearer(token))).toBe(200);
    expect(await outcome('/auth/refresh', bearer(access))).toBe('invalid_grant');
    expect(await outcome('/auth/refresh', { authorization: 'Basic YTpi' })).toBe('invalid_request');
    // A logout takes either token in it, and no bad one.
    expect(await outcome('/auth/logout', bearer('a.b.c'))).toBe('invalid_token');
    expect((await client.get('/auth/me', access)).status).toBe(200);
    expect(await outcome('/auth/logout', bearer(token))).toBe(204);
    expect((await client.get('/auth/me', access)).status).toBe(401);
    const other = await client.login();
    expect(await outcome('/auth/logout', bearer(other.access_token))).toBe(204);
    expect(await outcome('/auth/refresh', bearer(other.refresh_token))).toBe('invalid_grant');
  });

  it('one place at a time, the cookie included', async () => {
    await start({ refreshTokenHeader: 'x-refresh-token', refreshCookie: true });
    const login = await client.post('/auth/login', { username: 'demo', password: 'demo-password' });
    const cookie = firstCookieOf(login);
    const token = cookie.split('=')[1]!;
    expect(await outcome('/auth/refresh', { cookie, 'x-refresh-token': token })).toBe('invalid_request');
    expect(await outcome('/auth/refresh', { 'x-refresh-token': token })).toBe(200);
  });
});
