import { JwtService } from '@nestjs/jwt';
import type { LegacyOptions } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type RunningApp, requiredOptions, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { legacyOptions, oldTokens } from './old-tokens.js';

/** The host goes on with its old secret, so that its old check finds every token of ours good. */
const SECRET = requiredOptions.keys.secret;
const jwt = new JwtService();

describe.each(everywhere)('[11-E] tokens of ours beside legacy ones on $platform, $medium', (stand) => {
  let medium: TestMedium;
  let running: RunningApp;
  let client: Client;
  const asked: string[] = [];

  const believing: NonNullable<LegacyOptions['accessToken']> = async (token) => {
    asked.push(token);
    const { sub } = await jwt.verifyAsync<{ sub: string }>(token, { secret: SECRET, ignoreExpiration: true });
    return { subject: sub, roles: ['admin'] };
  };
  const statusOf = async (token: string): Promise<number> => (await client.get('/auth/me', token)).status;
  const refreshStatusOf = async (token: string): Promise<number> => (await client.refresh(token)).status;

  beforeAll(async () => {
    medium = await startMedium(stand.medium);
    running = await startApp({
      platform: stand.platform,
      options: {
        throttler: false,
        sessions: { reuseWindow: '0s' },
        legacy: legacyOptions({ accessToken: believing, refreshToken: believing }),
        ...(medium.redis !== undefined && { redis: medium.redis }),
      },
    });
    client = new Client(running.url);
  });
  beforeEach(() => asked.splice(0));
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  it('are never shown to the host, however they were refused', async () => {
    const { access_token: access, refresh_token: refresh } = await client.login();
    const { body: next } = await client.refresh(refresh);
    expect([await statusOf(access), await statusOf(next.access_token)]).toEqual([200, 200]);
    await client.post('/auth/logout', undefined, access);
    const [header = '', payload = '', signature = ''] = access.split('.');
    const shown = [
      access,
      refresh,
      next.refresh_token,
      `${access}=`,
      `${header}.${payload}.${signature.slice(0, -2)}AA`,
      refresh.replace('.0.', '.7.'),
      refresh.replace('ghr_', 'old_'),
    ];
    for (const token of shown) {
      expect([token, await statusOf(token)]).toEqual([token, 401]);
      expect([token, await refreshStatusOf(token)]).toEqual([token, 400]);
      expect((await client.post('/auth/logout', { refresh_token: token })).status).toBe(204);
    }
    expect(asked).toEqual([]);
  });

  it('are told from others by what is signed: under another header the signature is bad', async () => {
    const { access_token: access } = await client.login();
    await client.post('/auth/logout', undefined, access);
    const [header = '', ...rest] = access.split('.');
    const claimed = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
    for (const typ of ['JWT', undefined, 'at', 'at+jwt ']) {
      const disguised = [
        Buffer.from(JSON.stringify({ ...claimed, typ })).toString('base64url'),
        ...rest,
      ].join('.');
      expect([typ, await statusOf(disguised), await refreshStatusOf(disguised)]).toEqual([typ, 401, 400]);
    }
    expect(asked).toHaveLength(8);
  });

  it('are not what a legacy token of the other kind is taken for', async () => {
    const strict = await startApp({ platform: stand.platform, options: { legacy: legacyOptions() } });
    const { get, refresh } = {
      get: (token: string) => new Client(strict.url).get('/auth/me', token),
      refresh: (token: string) => new Client(strict.url).refresh(token),
    };
    expect((await get(oldTokens.refresh('ada'))).status).toBe(401);
    expect((await refresh(oldTokens.access('ada'))).status).toBe(400);
    expect((await get(oldTokens.access('ada'))).status).toBe(200);
    expect((await refresh(oldTokens.refresh('ada'))).status).toBe(200);
    await strict.close();
  });
});
