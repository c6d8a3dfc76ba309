import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { startKeysHost } from './keys-host.js';

describe.each(everywhere)(
  '[11-F] what is for logged-in users, on $platform and $medium',
  ({ platform, medium: kind }) => {
    let medium: TestMedium;
    let host: Awaited<ReturnType<typeof startKeysHost>>;
    let session: { readonly id: string };
    let token: string;

    beforeAll(async () => {
      medium = await startMedium(kind);
      const options = medium.redis === undefined ? {} : { redis: medium.redis };
      host = await startKeysHost({ header: 'x-api-key' }, { platform, options });
      token = (await host.client.login()).access_token;
      [session] = (await host.client.get<{ id: string }[]>('/auth/sessions', token)).body as [{ id: string }];
    });
    afterAll(async () => {
      await host?.close();
      await medium?.stop();
    });

    const isLoggedIn = async (): Promise<boolean> => (await host.client.get('/who', token)).status === 200;

    it.each<[string, Parameters<typeof host.client.create>[0]]>([
      ['no scope', {}],
      ['the scope of sessions', { scope: ['sessions'] }],
      ['another scope', { scope: ['articles:read'] }],
    ])('a key with %s neither sees nor ends sessions: 403', async (_name, wanted) => {
      const { key } = await host.client.create(wanted);
      for (const [method, path] of [
        ['GET', 'sessions'],
        ['DELETE', `sessions/${session.id}`],
        ['POST', 'logout-all'],
        ['POST', 'logout-others'],
        ['POST', 'logout'],
      ] as const) {
        const { status, body } = await host.client.show(key, `/auth/${path}`, method);
        expect([path, status, body['code']]).toEqual([path, 403, 'access_denied']);
      }
      expect(await isLoggedIn()).toBe(true);
      expect((await host.client.show(key)).status).toBe(200);
      const me = await host.client.show(key, '/auth/me');
      expect(me.status).toBe(200);
      expect(me.body).not.toHaveProperty('exp');
    });

    it('a bad key logs nobody out: 401, and a refresh token beside a key does', async () => {
      const { key } = await host.client.create();
      const bad = await host.client.show(`${key}x`, '/auth/logout', 'POST');
      expect([bad.status, bad.body['code']]).toEqual([401, 'invalid_token']);
      const { refresh_token, access_token } = await host.client.login();
      const logout = await host.client.send('POST', '/auth/logout', {
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify({ refresh_token }),
      });
      expect(logout.status).toBe(204);
      expect((await host.client.get('/who', access_token)).status).toBe(401);
      expect((await host.client.show(key)).status).toBe(200);
    });

    it('a key that lacks a scope is told so by a challenge of its own scheme', async () => {
      const { key } = await host.client.create({ scope: ['articles:write'] });
      const { status, headers } = await host.client.show(key, '/articles');
      expect([status, headers.get('www-authenticate')]).toEqual([
        403,
        'ApiKey realm="api", error="insufficient_scope", error_description="The access token lacks a required scope", scope="articles:read"',
      ]);
    });
  },
);
