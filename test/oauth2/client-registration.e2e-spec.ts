import { DPoPCaller } from '../support/dpop/dpop-caller.js';
import { holder } from '../support/dpop/proofs.js';
import { platforms } from '../support/app/start-app.js';
import {
  begin,
  ConsentController,
  sentTo,
  TestInteraction,
  verifier,
} from '../support/oauth2/authorizations.js';
import { OAuthStand } from '../support/oauth2/oauth-stand.js';

const PATH = '/oauth/register';
const sound = {
  client_name: 'An agent',
  redirect_uris: ['http://127.0.0.1/callback', 'https://app.test/callback'],
  grant_types: ['authorization_code', 'refresh_token', 'password', 'client_credentials'],
  token_endpoint_auth_method: 'none',
};

describe.each(platforms)('clients that register themselves on %s', (platform) => {
  let stand: OAuthStand;
  beforeAll(async () => {
    stand = await OAuthStand.start({
      platform,
      logger: false,
      options: { throttler: { throttlers: [{ limit: 1000, ttl: '1m' }] }, dpop: true },
      controllers: [ConsentController],
      oauth: {
        registration: { scope: ['articles:read'] },
        interaction: TestInteraction,
        dangerouslyAllowPasswordGrant: true,
      },
    });
  });
  afterAll(() => stand.close());

  const register = async (changes: object = {}) => {
    const { body } = await stand.post(PATH, { ...sound, ...changes });
    return String(body['client_id']);
  };
  const ask = (clientId: string, form: Readonly<Record<string, string>>) =>
    stand.token({ client_id: clientId, ...form });

  it('[7591-3] are told all that counts, and nothing is kept by anybody', async () => {
    const { status, body, headers } = await stand.post(PATH, {
      ...sound,
      scope: 'admin',
      is_first_party: true,
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      client_id: expect.stringMatching(/^ghdc_[\w-]+\.[\w-]{43}$/) as string,
      client_id_issued_at: expect.any(Number) as number,
      client_name: 'An agent',
      redirect_uris: sound.redirect_uris,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'articles:read',
    });
    const metadata = await stand.get('/.well-known/oauth-authorization-server');
    expect(metadata.body).toMatchObject({ registration_endpoint: 'https://auth.test/oauth/register' });
  });

  it('[7591-3] refresh within the scope of the option, and may do nothing else', async () => {
    const clientId = await register();
    const { refreshToken } = await stand.session(clientId);
    const { status, body } = await ask(clientId, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    });
    expect([status, body['scope']]).toEqual([200, 'articles:read']);
    for (const grant of ['password', 'client_credentials'])
      expect((await ask(clientId, { grant_type: grant, username: 'a', password: 'b' })).body).toMatchObject({
        error: 'unauthorized_client',
      });
    const forged = `${clientId.slice(0, -1)}${clientId.endsWith('A') ? 'Q' : 'A'}`;
    expect((await ask(forged, { grant_type: 'refresh_token', refresh_token: 'x' })).body).toMatchObject({
      error: 'invalid_client',
    });
  });

  it('[6749-6] [6749-7] send users here, and redeem the codes that they get by that', async () => {
    const [clientId, another] = [await register(), await register({ client_name: 'Another agent' })];
    const redirect_uri = 'http://127.0.0.1:51004/callback';
    const asked = { redirect_uri, scope: undefined };
    const { answer, browser } = await begin(stand, { ...asked, client_id: clientId });
    const { headers } = await stand.send('GET', answer.headers.get('location') ?? '', browser);
    const { code = '' } = sentTo(headers.get('location')).answer;
    const form = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier };
    expect((await ask(another, form)).body).toMatchObject({ error: 'invalid_grant' });
    expect(await ask(clientId, form)).toMatchObject({ status: 200, body: { scope: 'articles:read' } });
    const widened = clientId.replace(/^ghdc_[\w-]+/, (id) => `${id}A`);
    for (const wrong of [
      { ...asked, client_id: widened },
      { client_id: clientId, redirect_uri: 'https://evil.test/callback' },
    ])
      expect((await begin(stand, wrong)).answer).toMatchObject({ status: 400 });
  });

  it('[9449-40] get no token without a proof, where they said so', async () => {
    const { body: told } = await stand.post(PATH, { ...sound, dpop_bound_access_tokens: true });
    expect(told).toMatchObject({ dpop_bound_access_tokens: true });
    const clientId = String(told['client_id']);
    const { refreshToken } = await stand.session(clientId);
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    expect((await ask(clientId, form)).body).toMatchObject({ error: 'invalid_dpop_proof' });
    const caller = new DPoPCaller(stand.url, holder());
    expect(await caller.ask({ client_id: clientId, ...form })).toMatchObject({
      status: 200,
      body: { token_type: 'DPoP' },
    });
  });

  const wrong: readonly (readonly [string, unknown])[] = [
    ['invalid_redirect_uri', { ...sound, redirect_uris: undefined }],
    ['invalid_redirect_uri', { ...sound, redirect_uris: 'https://app.test/callback' }],
    ['invalid_client_metadata', { ...sound, token_endpoint_auth_method: 'client_secret_basic' }],
    ['invalid_client_metadata', { ...sound, token_endpoint_auth_method: 'private_key_jwt' }],
    [
      'invalid_client_metadata',
      { ...sound, token_endpoint_auth_method: undefined, jwks_uri: 'https://app.test/jwks' },
    ],
    ['invalid_client_metadata', { ...sound, grant_types: ['client_credentials'] }],
    ['invalid_client_metadata', { ...sound, response_types: ['token'] }],
    ['invalid_client_metadata', { ...sound, client_name: 7 }],
    ['invalid_client_metadata', { ...sound, dpop_bound_access_tokens: 'yes' }],
    ['invalid_client_metadata', { ...sound, client_uri: 'x'.repeat(6000) }],
    ['invalid_client_metadata', { ...sound, redirect_uris: [`https://app.test/${'a'.repeat(1500)}`] }],
    ['invalid_request', []],
  ];

  it.each(wrong)('[7591-3] are told %s', async (error, body) => {
    const answer = await stand.post(PATH, body);
    expect([answer.status, answer.body['error']]).toEqual([400, error]);
  });

  it('[7591-3] are told of too much of it, however deep', async () => {
    for (const [more, status] of [
      [`${'['.repeat(1000)}${']'.repeat(1000)}`, 201],
      [`${'['.repeat(20_000)}${']'.repeat(20_000)}`, 400],
      [`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 400],
      [`[${'0,'.repeat(20_000)}0]`, 400],
    ] as const) {
      const body = `{"redirect_uris":["https://app.test/callback"],"more":${more}}`;
      const headers = { 'content-type': 'application/json' };
      expect((await stand.send('POST', PATH, { body, headers })).status).toBe(status);
    }
  });

  it('[7591-3] send JSON', async () => {
    const answer = await stand.form(PATH, { redirect_uris: 'https://app.test/callback' });
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_request']);
  });

  it('[7591-3] use up ten times what other calls do', async () => {
    const remaining = async (): Promise<number> => {
      const { headers } = await stand.post(PATH, sound);
      const [name] = [...headers.keys()].filter((header) => header.startsWith('x-ratelimit-remaining'));
      return Number(headers.get(name ?? ''));
    };
    const before = await remaining();
    expect(before - (await remaining())).toBe(10);
  });
});

it('[7591-3] nobody registers unless the options say so', async () => {
  const stand = await OAuthStand.start({ logger: false });
  const { status } = await stand.post(PATH, sound);
  const { body } = await stand.get('/.well-known/oauth-authorization-server');
  await stand.close();
  expect(status).toBe(404);
  expect(body).not.toHaveProperty('registration_endpoint');
  await expect(
    OAuthStand.start({ logger: false, oauth: { endpoints: { register: 'clients' } } }),
  ).rejects.toMatchObject({ findings: [{ option: 'oauth.endpoints.register' }] });
});
