import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

describe.each(platforms)('forms instead of JSON on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({ platform, options: { throttler: false } });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  const form = (path: string, members: [string, string][] | Record<string, string>) =>
    client.send('POST', path, { body: new URLSearchParams(members) });

  it('logs in, refreshes and logs out by form', async () => {
    const login = await form('/auth/login', { username: 'demo', password: 'demo-password' });
    expect(login.status).toBe(200);
    const refreshed = await form('/auth/refresh', { refresh_token: String(login.body['refresh_token']) });
    expect(refreshed.status).toBe(200);
    expect(
      (await form('/auth/logout', { refresh_token: String(refreshed.body['refresh_token']) })).status,
    ).toBe(204);
    expect((await client.get('/auth/me', String(refreshed.body['access_token']))).status).toBe(401);
  });

  it.each([
    [
      'a token that is sent twice',
      (token: string): [string, string][] => [
        ['refresh_token', token],
        ['refresh_token', token],
      ],
    ],
    ['a token in brackets', (token: string): [string, string][] => [['refresh_token[]', token]]],
    ['a token as member', (token: string): [string, string][] => [['refresh_token[a]', token]]],
    [
      'a scope that is sent twice',
      (token: string): [string, string][] => [
        ['refresh_token', token],
        ['scope', 'a'],
        ['scope', 'b'],
      ],
    ],
  ])('[6749-3] refuses %s, and the token still works', async (_name, membersOf) => {
    const { refresh_token: token } = await client.login();
    expect((await form('/auth/refresh', membersOf(token))).status).toBe(400);
    expect((await client.refresh(token)).status).toBe(200);
  });

  it('refuses multipart, and the token still works', async () => {
    const { refresh_token: token } = await client.login();
    const body = new FormData();
    body.set('refresh_token', token);
    const { status } = await client.send('POST', '/auth/refresh', { body });
    expect([400, 415]).toContain(status);
    expect((await client.refresh(token)).status).toBe(200);
  });
});
