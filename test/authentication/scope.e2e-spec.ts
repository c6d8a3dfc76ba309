import { Controller, Get, Injectable } from '@nestjs/common';
import { type AuthenticatedUser, Scopes, UserAuthenticator } from 'nestjs-gatehouse';
import { type Answer, Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';

/** The name says which scope somebody has: `none`, or its tokens joined by a dash. */
@Injectable()
class ScopedUsers extends UserAuthenticator {
  async authenticate(username: string): Promise<AuthenticatedUser> {
    const scope = username === 'empty' ? [] : username.split('-');
    return { subject: username, ...(username !== 'none' && { scope }) };
  }
}

@Controller()
class Routes {
  @Scopes('admin')
  @Get('for-admins')
  route(): object {
    return {};
  }
}

const encodings = {
  json: (body: object): RequestInit => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }),
  form: (body: object): RequestInit => ({ body: new URLSearchParams(body as Record<string, string>) }),
} as const;

const cases = everywhere.flatMap((place) =>
  (['json', 'form'] as const).map((encoding) => ({ ...place, encoding })),
);

describe.each(cases)('[10-3] scope on $platform and $medium, sent as $encoding', (place) => {
  let medium: TestMedium;
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    medium = await startMedium(place.medium);
    running = await startApp({
      platform: place.platform,
      controllers: [Routes],
      options: {
        throttler: false,
        rbac: { definition: { roles: {}, scopes: { admin: ['*'] } } },
        ...(medium.redis && { redis: medium.redis }),
      },
      extras: { userAuthenticator: ScopedUsers },
    });
    client = new Client(running.url);
  });
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  const post = (path: string, body: object): Promise<Answer<TokenPair>> =>
    client.send('POST', path, encodings[place.encoding](body));
  const login = (username: string, more: object = {}) =>
    post('/auth/login', { username, password: 'x', ...more });
  const refresh = (token: string, more: object = {}) =>
    post('/auth/refresh', { refresh_token: token, ...more });

  it.each([
    ['none', 'admin'],
    ['empty', 'admin'],
    ['read', 'admin'],
    ['read', 'read admin'],
    ['read', ' '],
    ['none', ' '],
  ])('is not to be had at login: to %s, %j', async (username, scope) => {
    expect((await login(username, { scope })).body).toMatchObject({ status: 400, code: 'invalid_scope' });
  });

  it.each(['none', 'empty', 'read'])(
    'is not to be had at a refresh, and burns nothing: to %s',
    async (username) => {
      const pair = (await login(username)).body;
      for (const scope of ['admin', 'read admin', ' '])
        expect((await refresh(pair.refresh_token, { scope })).body).toMatchObject({ code: 'invalid_scope' });
      const next = await refresh(pair.refresh_token);
      expect(next.status).toBe(200);
      expect((await client.get('/for-admins', next.body.access_token)).status).toBe(403);
    },
  );

  it('stays out of tokens nobody granted one for, also where an empty one is sent', async () => {
    const pair = await login('none', { scope: '' });
    expect(pair.body).not.toHaveProperty('scope');
    expect((await refresh(pair.body.refresh_token, { scope: '' })).body).not.toHaveProperty('scope');
    expect((await client.get('/for-admins', pair.body.access_token)).status).toBe(403);
  });

  it('[6749-12] is narrowed in any order and with repetitions', async () => {
    const pair = (await login('read-write-admin', { scope: 'admin read admin' })).body;
    expect(pair.scope).toBe('admin read');
    expect((await client.get('/for-admins', pair.access_token)).status).toBe(200);
    const narrow = (await refresh(pair.refresh_token, { scope: 'read' })).body;
    expect(narrow.scope).toBe('read');
    expect((await client.get('/for-admins', narrow.access_token)).status).toBe(403);
    const wide = await refresh(narrow.refresh_token, { scope: 'read write' });
    expect(wide.body).toMatchObject({ code: 'invalid_scope' });
    expect((await refresh(narrow.refresh_token)).body.scope).toBe('admin read');
  });
});
