import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { type Answer, Client, firstCookieOf } from '../support/app/client.js';
import { type Platform, platforms, type RunningApp, startModule } from '../support/app/start-app.js';
import { PageCode } from './blocks/page-code.js';

interface Body {
  readonly access_token: string;
  readonly user?: { readonly id: string; readonly name: string };
}

describe("[11-F] the page about logins of one's own", () => {
  const home = process.cwd();
  // What an app makes by itself, a secret and keys, is made in the folder the process is in.
  const away = mkdtempSync(join(tmpdir(), 'gatehouse-page-'));
  const page = PageCode.of('docs/your-own-login.md', { login: join(__dirname, 'your-own-login') });

  beforeAll(() => process.chdir(away));
  afterAll(() => {
    process.chdir(home);
    page.remove();
    rmSync(away, { recursive: true });
  });

  it('shows the code of a whole app', () => {
    expect(page.files.length).toBeGreaterThan(7);
  });

  const start = (platform: Platform): Promise<RunningApp> =>
    startModule(page.load<{ AppModule: Type }>('app.module.ts').AppModule, { platform, logger: false });

  // The page shows the context of Express, and says what it is on Fastify.
  it('logs in by a GraphQL mutation', async () => {
    const running = await start('express');
    const client = new Client(running.url);
    const query = 'mutation { login(credential: "key of user-1") { access_token } }';
    const { body } = await client.post<{ data: { login: Body } }>('/graphql', { query });
    const me = await client.post('/graphql', { query: '{ me }' }, body.data.login.access_token);
    await running.close();
    expect(me.body).toEqual({ data: { me: 'user-1' } });
  });

  describe.each(platforms)('on %s', (platform) => {
    let running: RunningApp;
    let client: Client;

    beforeAll(async () => {
      running = await start(platform);
      client = new Client(running.url);
    });
    afterAll(() => running.close());

    /** Who somebody is after a login, by the body and by the cookie alike. */
    const whoIs = async (answer: Answer<Body>): Promise<unknown> => {
      const { body } = await client.get('/auth/me', answer.body.access_token);
      const cookie = firstCookieOf(answer);
      const refreshed = await client.send<Body>('POST', '/auth/refresh', { headers: { cookie } });
      const again = await client.get('/auth/me', refreshed.body.access_token);
      expect([again.status, again.body['sub']]).toEqual([200, body['sub']]);
      expect(refreshed.body.user).toEqual(answer.body.user);
      return { sub: body['sub'], amr: body['amr'], user: answer.body.user };
    };

    it('logs in by e-mail, password and a code', async () => {
      const ada = { email: 'ada@example.com', password: 'correct horse' };
      expect((await client.post('/auth/login', ada)).status).toBe(403);
      expect((await client.post('/auth/login', { ...ada, totp: '1' })).status).toBe(401);
      expect(await whoIs(await client.post<Body>('/auth/login', { ...ada, totp: '492039' }))).toEqual({
        sub: 'user-1',
        amr: ['pwd', 'otp', 'mfa'],
        user: { id: 'user-1', name: 'Ada' },
      });
      const bob = { email: 'bob@example.com', password: 'correct horse' };
      expect(await whoIs(await client.post<Body>('/auth/login', bob))).toMatchObject({ amr: ['pwd'] });
    });

    it('logs in by a passkey, and nobody who is disabled or unknown', async () => {
      const login = (credential: string) => client.post<Body>('/auth/passkey', { credential });
      expect(await whoIs(await login('key of user-2'))).toMatchObject({
        sub: 'user-2',
        amr: ['hwk', 'user'],
      });
      for (const credential of ['key of user-3', 'key of nobody', 'rubbish'])
        expect(await login(credential)).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    });

    it('logs in by a link, once', async () => {
      const { Mailer } = page.load<{ Mailer: Type<{ sent: { text: string }[] }> }>('login/mailer.ts');
      const { sent } = running.app.get(Mailer, { strict: false });
      const ask = (email: string) => client.post('/auth/link', { email });
      expect([(await ask('ada@example.com')).text, (await ask('nobody@example.com')).text]).toEqual(['', '']);
      expect(sent).toHaveLength(1);
      const token = sent[0]?.text.split('#')[1];
      const redeem = () => client.post<Body>('/auth/link/redeem', { token });
      expect(await whoIs(await redeem())).toMatchObject({ sub: 'user-1' });
      expect((await redeem()).status).toBe(401);
    });

    it('logs in by another provider, and only where the login was begun', async () => {
      const begun = await client.get('/auth/social');
      expect(begun.status).toBe(303);
      const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state');
      const cookie = firstCookieOf(begun);
      const back = (headers: Record<string, string>, given = state) =>
        client.send<Body>('GET', `/auth/social/callback?code=one-code&state=${given}`, {
          headers: { 'sec-fetch-site': 'cross-site', ...headers },
        });
      for (const answer of [
        await back({}),
        await back({ cookie }, 'x'),
        await back({ cookie: `${cookie}x` }),
      ])
        expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
      const answer = await back({ cookie });
      expect([answer.status, answer.headers.get('location'), answer.text]).toEqual([
        303,
        '/',
        expect.not.stringContaining('access_token'),
      ]);
      const refresh = answer.headers.getSetCookie().find((each) => each.includes('refresh_token'));
      const { body } = await client.send<Body>('POST', '/auth/refresh', {
        headers: { cookie: refresh?.split(';', 1)[0] ?? '' },
      });
      expect((await client.get('/auth/me', body.access_token)).body).toMatchObject({ sub: 'user-1' });
    });
  });
});
