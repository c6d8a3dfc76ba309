import { Controller, Get } from '@nestjs/common';
import { Public, RequireFreshAuth, Scopes } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { OAuthStand } from '../support/oauth2/oauth-stand.js';
import { IdentityProvider } from '../support/tokens/identity-provider.js';

const PATH = '/.well-known/oauth-protected-resource';

@Controller()
class Articles {
  @Scopes('articles:write')
  @Get('write')
  write(): string {
    return 'written';
  }

  @RequireFreshAuth({ acr: ['high'] })
  @Get('fresh')
  fresh(): string {
    return 'fresh';
  }

  @Public()
  @Get('open')
  open(): string {
    return 'open';
  }
}

const challengeOf = async (answer: ReturnType<Client['get']>) => {
  const { status, headers } = await answer;
  return `${status} ${headers.get('www-authenticate')}`;
};

describe.each(platforms)('metadata of a protected resource on %s', (platform) => {
  describe('with a path, a prefix, and clients of its own', () => {
    const RESOURCE = 'https://api.test/v1/articles';
    const TOLD = `resource_metadata="https://api.test${PATH}/v1/articles"`;
    let stand: OAuthStand;
    let token: string;

    beforeAll(async () => {
      stand = await OAuthStand.start({
        platform,
        options: {
          audience: ['articles', RESOURCE],
          apiKeys: true,
          protectedResource: {
            scopesSupported: ['articles:read', 'articles:write'],
            name: 'Articles',
            documentation: 'https://docs.test/articles',
          },
        },
        extras: { endpoints: { auth: 'auth' } },
        prepare: (app) => app.setGlobalPrefix('api'),
        controllers: [Articles],
      });
      ({ accessToken: token } = await stand.session('shop'));
    });
    afterAll(() => stand.close());

    it('[9728-30] is at the root, below the well-known path, and names the issuer', async () => {
      const { status, headers, body } = await stand.get(`${PATH}/v1/articles`);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^application\/json\b/);
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('cache-control')).toBe('public, max-age=300');
      expect(body).toEqual({
        resource: RESOURCE,
        authorization_servers: ['https://auth.test'],
        scopes_supported: ['articles:read', 'articles:write'],
        bearer_methods_supported: ['header'],
        resource_name: 'Articles',
        resource_documentation: 'https://docs.test/articles',
      });
      expect((await stand.get(`${PATH}/v1`)).status).toBe(404);
      expect((await stand.get(`/api${PATH}/v1/articles`)).status).toBe(404);
    });

    it('[9728-30] each Bearer challenge says where it is, and no other challenge does', async () => {
      const realm = 'realm="api"';
      expect(await challengeOf(stand.get('/api/write'))).toBe(
        `401 Bearer ${realm}, ${TOLD}, ApiKey ${realm}`,
      );
      expect(await challengeOf(stand.get('/api/write', 'nonsense'))).toMatch(
        new RegExp(`^401 Bearer ${realm}, error="invalid_token", .*${TOLD}, ApiKey ${realm}$`),
      );
      expect(await challengeOf(stand.get('/api/write', token))).toMatch(
        new RegExp(`^403 Bearer ${realm}, error="insufficient_scope", .*scope="articles:write", ${TOLD}$`),
      );
      expect(await challengeOf(stand.get('/api/fresh', token))).toMatch(
        new RegExp(`^401 .*error="insufficient_user_authentication".*, ${TOLD}$`),
      );
      const wrong = { username: 'ada', password: 'wrong' };
      expect(await challengeOf(stand.post('/api/auth/login', wrong))).toContain(TOLD);
      const refused = await stand.form('/api/oauth/revoke', { token: 'x' });
      expect(refused.headers.get('www-authenticate')).toBe(`Basic ${realm}, charset="UTF-8"`);
    });

    it('[9728-30] its resource is what clients ask tokens for', async () => {
      const form = { grant_type: 'client_credentials', resource: RESOURCE };
      expect(await stand.as('job', '/api/oauth/token', form)).toMatchObject({ status: 200 });
    });
  });

  describe('of a service behind another issuer', () => {
    let idp: IdentityProvider;
    let running: RunningApp;
    let client: Client;

    beforeAll(async () => {
      idp = await IdentityProvider.start();
      running = await startApp({
        platform,
        options: {
          issuer: idp.issuer,
          audience: 'https://api.test',
          keys: { remote: { jwksUri: idp.jwksUri } },
          accessTokens: { foreign: {} },
          protectedResource: true,
        },
        extras: { endpoints: { auth: false, wellKnown: false } },
        controllers: [Articles],
      });
      client = new Client(running.url);
    });
    afterAll(async () => {
      idp.stop();
      await running.close();
    });

    it('[9728-30] names that issuer, and is told of where the keys are not', async () => {
      const { status, body } = await client.get(PATH);
      expect(status).toBe(200);
      expect(body).toEqual({
        resource: 'https://api.test',
        authorization_servers: [idp.issuer],
        bearer_methods_supported: ['header'],
      });
      expect((await client.get('/.well-known/jwks.json')).status).toBe(404);
      const told = `resource_metadata="https://api.test${PATH}"`;
      expect(await challengeOf(client.get('/write'))).toBe(`401 Bearer realm="api", ${told}`);
      const claims = { ...idp.times(), aud: 'https://api.test', sub: 'ada', azp: 'spa', scope: 'other' };
      expect(await challengeOf(client.get('/write', idp.sign(claims)))).toMatch(
        new RegExp(`^403 .*scope="articles:write", ${told}$`),
      );
    });
  });
});

it('[9728-30] metadata of a protected resource are nowhere unless they are asked for', async () => {
  const running = await startApp({ controllers: [Articles] });
  const client = new Client(running.url);
  const answers = [await client.get(PATH), await client.get('/write')];
  await running.close();
  expect(answers[0]?.status).toBe(404);
  expect(answers[1]?.headers.get('www-authenticate')).toBe('Bearer realm="api"');
});
