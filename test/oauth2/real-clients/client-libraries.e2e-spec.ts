import { Client } from '../../support/app/client.js';
import { platforms, type RunningApp } from '../../support/app/start-app.js';
import { badgateway } from './badgateway-client.js';
import { browse, CLIENT, startClientStand } from './client-stand.js';
import { oauth4webapi } from './oauth4webapi-client.js';
import { openidClient } from './openid-client.js';
import type { RealClient } from './real-client.js';
import { simpleOauth2 } from './simple-oauth2.js';

const libraries = [oauth4webapi, openidClient, simpleOauth2, badgateway];

describe.each(platforms)('published client libraries on %s', (platform) => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startClientStand(platform);
  });
  afterAll(() => running.close());

  describe.each(libraries)('$name', (library) => {
    let client: RealClient;

    const start = (secret: string) => library.start({ issuer: running.url, ...CLIENT, secret });
    const refusal = (attempt: Promise<unknown>) =>
      attempt.then(() => Promise.reject(new Error('it is not refused')), library.told);
    const me = (token: string) => new Client(running.url).get('/auth/me', token);

    beforeAll(async () => {
      client = await start(CLIENT.secret);
    });

    it('[6749-10] gets a token of its own', async () => {
      const tokens = await client.clientCredentials('articles:read');
      expect(tokens.refreshToken).toBeUndefined();
      expect((await me(tokens.accessToken)).body).toMatchObject({
        sub: `client:${CLIENT.id}`,
        client_id: CLIENT.id,
        scope: 'articles:read',
      });
    });

    it('[6749-8] logs a user in, and refreshes', async () => {
      const first = await client.password('ada', 'ada-password');
      const next = await client.refresh(first);
      expect(next.refreshToken).not.toBe(first.refreshToken);
      expect((await me(next.accessToken)).body).toMatchObject({ sub: 'user-ada', client_id: CLIENT.id });
    });

    it('[6749-3] is authorised by a user, with PKCE, and refreshes', async () => {
      const first = await client.authorizationCode(browse);
      const next = await client.refresh(first);
      const { body } = await me(next.accessToken);
      expect(body).toMatchObject({ sub: 'ada', client_id: CLIENT.id, scope: 'articles:read' });
    });

    it('[7009-20] ends a session', async () => {
      const tokens = await client.password('ada', 'ada-password');
      await client.revoke(tokens);
      expect((await me(tokens.accessToken)).status).toBe(401);
      expect(await refusal(client.refresh(tokens))).toEqual({ status: 400, word: 'invalid_grant' });
    });

    it('is told what is wrong with its secret, and with a password', async () => {
      const stranger = await start('wrong');
      const { status, word = 'invalid_client' } = await refusal(stranger.clientCredentials('articles:read'));
      expect([status, word]).toEqual([401, 'invalid_client']);
      expect(await refusal(client.password('ada', 'wrong'))).toEqual({ status: 400, word: 'invalid_grant' });
    });
  });

  describe.each(libraries.filter(({ name }) => name !== 'simple-oauth2'))('$name', (library) => {
    it('[7662-22] asks what a token is good for', async () => {
      const client = await library.start({ issuer: running.url, ...CLIENT });
      const tokens = await client.password('ada', 'ada-password');
      const { accessToken } = tokens;
      expect(await client.introspect?.(accessToken)).toMatchObject({ active: true, sub: 'user-ada' });
      await client.revoke(tokens);
      expect(await client.introspect?.(accessToken)).toEqual({ active: false });
    });
  });
});
