import { Controller, Get } from '@nestjs/common';
import { createClientSecret, CurrentUser, type OAuthClient, type Principal } from 'nestjs-gatehouse';
import { type Platform, platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { basic, OAuthCaller } from '../support/oauth2/oauth-caller.js';

@Controller()
class WhoController {
  @Get('who')
  who(@CurrentUser() { subject, clientId, scope, roles }: Principal): object {
    return { subject, clientId, scope, roles };
  }
}

const [own, old] = [createClientSecret(), createClientSecret()];
const machine: OAuthClient = {
  id: 'nightly job',
  secretHashes: [own.hash, old.hash],
  grants: ['client_credentials'],
  scope: ['articles:read', 'articles:write'],
  roles: ['editor'],
  accessTokenTtlMs: 120_000,
};
const clients: readonly OAuthClient[] = [
  machine,
  { ...machine, id: 'posting', authMethod: 'client_secret_post' },
  { ...machine, id: 'no grant', grants: [] },
  { id: 'spa', grants: ['refresh_token'], scope: ['articles:read'] },
];

describe.each(platforms)('client credentials on %s', (platform: Platform) => {
  let app: RunningApp;
  let caller: OAuthCaller;

  beforeAll(async () => {
    app = await startApp({
      platform,
      controllers: [WhoController],
      options: { rbac: { definition: { roles: {}, scopes: { 'admin:all': ['*'] } } } },
      extras: { oauth: { clients } },
    });
    caller = new OAuthCaller(app.url);
  });

  afterAll(() => app.close());

  const credentials = { grant_type: 'client_credentials' };
  const posted = { client_id: machine.id, client_secret: own.secret };

  it.each([
    ['its header', { header: basic(machine.id, own.secret) }, {}],
    ['the secret that is being replaced', { header: basic(machine.id, old.secret) }, {}],
    ['the form', {}, posted],
  ])('[6749-2] [6749-9] a machine gets a token by %s, and no refresh token', async (_, init, form) => {
    const answer = await caller.token({ ...credentials, ...form }, init);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 120,
      scope: 'articles:read articles:write',
    });
    expect(await caller.get('/who', answer.body['access_token'] as string)).toMatchObject({
      status: 200,
      body: {
        subject: 'client:nightly job',
        clientId: 'nightly job',
        scope: machine.scope,
        roles: ['editor'],
      },
    });
  });

  it('[6749-10] may be kept by nobody', async () => {
    for (const form of [credentials, {}]) {
      const { headers } = await caller.token({ ...form, ...posted });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('pragma')).toBe('no-cache');
      expect(headers.get('content-type')).toMatch(/^application\/json\b/);
    }
  });

  it('[6749-4] answers the scope that is left of what was asked for', async () => {
    const { body } = await caller.token({ ...credentials, ...posted, scope: 'articles:read admin:all' });
    expect(body['scope']).toBe('articles:read');
  });

  it.each([
    ['of which nothing is left', 'admin:all'],
    ['with a part that nobody knows', 'articles:read articles:burn'],
    ['that is none', 'articles:"read"'],
  ])('[6749-4] [10.4] refuses a scope %s', async (_, scope) => {
    const answer = await caller.token({ ...credentials, ...posted, scope });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
  });

  it.each([
    ['two ways to authenticate', 'invalid_request', posted, basic(machine.id, own.secret)],
    ['two clients', 'invalid_request', { client_id: 'spa' }, basic(machine.id, own.secret)],
    ['no grant type', 'invalid_request', { ...posted, grant_type: '' }, undefined],
    ['another grant', 'unsupported_grant_type', { ...posted, grant_type: 'magic' }, undefined],
    ['a client without the grant', 'unauthorized_client', { ...posted, client_id: 'no grant' }, undefined],
    ['a public client', 'unauthorized_client', { client_id: 'spa' }, undefined],
  ])('[6749-1] [6749-9] [6749-11] answers 400 to %s (%s)', async (_, error, form, header) => {
    const answer = await caller.token({ ...credentials, ...form }, header === undefined ? {} : { header });
    expect(answer).toMatchObject({ status: 400, body: { error, error_description: expect.any(String) } });
    expect(answer.headers.get('www-authenticate')).toBeNull();
  });

  it.each([
    ['a wrong secret', basic(machine.id, 'wrong'), {}],
    ['an unknown client', basic('nobody', own.secret), {}],
    ['a header that is none', 'Basic !', {}],
    ['the other way', basic('posting', own.secret), {}],
    ['a wrong secret in the form', undefined, { ...posted, client_secret: 'wrong' }],
    ['no secret', undefined, { client_id: machine.id }],
    ['nobody', undefined, {}],
  ])('[6749-11] answers 401 to %s', async (_, header, form) => {
    const answer = await caller.token({ ...credentials, ...form }, header === undefined ? {} : { header });
    expect(answer).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description: 'Client authentication failed' },
    });
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="api", charset="UTF-8"');
  });

  it.each([
    ['a parameter that is there twice', 'grant_type=client_credentials&scope=a&scope=b'],
    ['a nested parameter', 'grant_type=client_credentials&scope[a]=b'],
  ])('[6749-3] refuses %s', async (_, form) => {
    const header = basic(machine.id, own.secret);
    expect(await caller.token(form, { header })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
  });

  it('[6749-2] [6749-3] takes a form by POST and nothing else', async () => {
    const form = new URLSearchParams({ ...credentials, ...posted });
    expect((await caller.send('GET', `/oauth/token?${form.toString()}`)).status).toBe(404);
    const answers = [
      await caller.send('POST', `/oauth/token?${form.toString()}`),
      await caller.token({ ...credentials, ...posted }, { path: '/oauth/token?client_secret=x' }),
      await caller.post('/oauth/token', { ...credentials, ...posted }),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('[6749-2] counts guesses, whether or not there is such a client', async () => {
    for (const client of ['posting', 'nobody at all']) {
      const guess = () => caller.token({ ...credentials, client_id: client, client_secret: 'wrong' });
      let last = await guess();
      for (let guesses = 1; guesses < 50 && last.status === 401; guesses++) last = await guess();
      expect(last).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } });
      expect(last.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
  });
});
