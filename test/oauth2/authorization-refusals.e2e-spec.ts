import { AuthorizationCodeStore } from '../../libs/auth/src/authorization-codes/authorization-code.store.js';
import { ISSUER, platforms } from '../support/app/start-app.js';
import {
  authorizationClients,
  begin,
  CALLBACK,
  ConsentController,
  query,
  sentTo,
  soundRequest,
  TestInteraction,
} from '../support/oauth2/authorizations.js';
import { OAuthStand } from '../support/oauth2/oauth-stand.js';

const HTML = { headers: { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' } };
const AUDIENCE = 'https://api.test';

describe.each(platforms)('what the authorization endpoint refuses on %s', (platform) => {
  const interaction = new TestInteraction();
  let stand: OAuthStand;

  beforeAll(async () => {
    stand = await OAuthStand.start({
      platform,
      logger: false,
      // As hosts do that have pages elsewhere.
      prepare: (app) => app.enableCors({ origin: true, credentials: true, exposedHeaders: ['Location'] }),
      controllers: [ConsentController],
      options: { throttler: false, audience: AUDIENCE, dpop: true },
      extras: { endpoints: { auth: false } },
      oauth: { clients: authorizationClients, interaction: { useValue: interaction } },
    });
  });
  afterAll(() => stand.close());
  afterEach(() => {
    interaction.instead = undefined;
  });

  const post = (form: string, path = '/oauth/authorize') => stand.form(path, form);
  const redirected = async (changes: Readonly<Record<string, string | undefined>>) => {
    const { answer } = await begin(stand, changes);
    expect(answer.status).toBe(303);
    return sentTo(answer.headers.get('location'));
  };

  it.each<[string, Record<string, string | undefined>]>([
    ['no client', { client_id: undefined }],
    ['an unknown client', { client_id: 'nobody' }],
    ['no redirect_uri', { redirect_uri: undefined }],
    ['an empty one', { redirect_uri: '' }],
    ['another one', { redirect_uri: 'https://evil.test/callback' }],
    ['a longer one', { redirect_uri: `${CALLBACK}/` }],
    ['one without its query', { redirect_uri: 'https://app.test/callback' }],
    ['one with a fragment', { redirect_uri: `${CALLBACK}#` }],
    ['one of another client', { redirect_uri: 'https://other.test/callback' }],
    ['http', { redirect_uri: 'http://app.test/callback' }],
    ['a script', { redirect_uri: 'javascript:alert(1)' }],
  ])('[6749-6] [6749-45] shows a page and sends nobody anywhere: %s', async (_name, changes) => {
    for (const answer of [
      (await begin(stand, changes)).answer,
      await post(query(changes)),
      (await begin(stand, { ...changes, response_type: 'token' })).answer,
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
      expect(answer.headers.get('location')).toBeNull();
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    const { answer } = await begin(stand, changes, HTML);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<h1>');
  });

  it.each(['client_id', 'redirect_uri'])('[6749-3] shows a page when %s is there twice', async (name) => {
    for (const more of [`${name}=x`, `${name}[]=x`, `${name}[a]=x`, `${name}=`])
      for (const answer of [
        await stand.get(`/oauth/authorize?${query()}&${more}`),
        await post(`${query()}&${more}`),
        await post(`${more}&${query()}`),
      ])
        expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it.each(['state', 'scope', 'response_type', 'code_challenge', 'unknown'])(
    '[6749-3] tells the client when %s is there twice',
    async (name) => {
      for (const more of [`${name}=x&${name}=x`, `${name}=x&${name}[]=x`, `${name}[a]=x`, `${name}[]=x`])
        for (const { headers } of [
          await stand.get(`/oauth/authorize?${query()}&${more}`),
          await post(`${query()}&${more}`),
        ]) {
          const { answer } = sentTo(headers.get('location'));
          expect(answer).toMatchObject({ error: 'invalid_request', iss: ISSUER });
          expect(answer['state']).toBe(name === 'state' ? undefined : soundRequest['state']);
        }
    },
  );

  it('[9449-40] binds the code to the key that dpop_jkt names', async () => {
    const { answer, browser } = await begin(stand, { dpop_jkt: soundRequest['code_challenge'] });
    const { headers } = await stand.send('GET', answer.headers.get('location') ?? '', browser);
    const { code = '' } = sentTo(headers.get('location')).answer;
    expect(await stand.running.app.get(AuthorizationCodeStore).recall(code)).toMatchObject({
      content: { clientId: soundRequest['client_id'], dpopJkt: soundRequest['code_challenge'] },
    });
  });

  it('[6749-3] tells the client of too many parameters on a page, and of two resources', async () => {
    const many = Array.from({ length: 65 }, (_, at) => `p${at}=x`).join('&');
    for (const answer of [
      await stand.get(`/oauth/authorize?${query()}&${many}`),
      await post(`${query()}&${many}`),
    ])
      expect(answer.status).toBe(400);
    const { headers } = await stand.get(`/oauth/authorize?${query()}&resource=a:b&resource=a:c`);
    expect(sentTo(headers.get('location')).answer).toMatchObject({ error: 'invalid_target' });
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['invalid_request', { response_type: undefined }],
    ['unsupported_response_type', { response_type: 'token' }],
    ['unsupported_response_type', { response_type: 'code id_token' }],
    ['invalid_request', { code_challenge: undefined }],
    ['invalid_request', { code_challenge: 'a'.repeat(42) }],
    ['invalid_request', { code_challenge: 'a'.repeat(44) }],
    ['invalid_request', { code_challenge: `${'a'.repeat(42)}b` }],
    ['invalid_request', { code_challenge: `${'a'.repeat(42)}=` }],
    ['invalid_request', { code_challenge_method: undefined }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge_method: 's256' }],
    ['unauthorized_client', { client_id: 'other app', redirect_uri: 'https://other.test/callback' }],
    ['invalid_scope', { scope: 'articles:read unheard:of' }],
    ['invalid_scope', { scope: '"' }],
    ['invalid_target', { resource: 'https://other.test' }],
    ['invalid_target', { resource: 'api' }],
    ['request_not_supported', { request: 'e30.e30.' }],
    ['request_uri_not_supported', { request_uri: 'https://evil.test/request' }],
    ['invalid_request', { response_mode: 'fragment' }],
    ['invalid_request', { response_mode: 'form_post' }],
    ['invalid_request', { dpop_jkt: 'a'.repeat(42) }],
    ['invalid_request', { prompt: 'none login' }],
    ['invalid_request', { max_age: '-1' }],
  ])('[6749-6] [9207-29] [9700-23] tells the client %s of %j', async (error, changes) => {
    const { to, answer } = await redirected(changes);
    expect(to).toBe(changes['redirect_uri'] ?? 'https://app.test/callback');
    const { error_description: description, ...rest } = answer;
    expect(rest).toEqual({ error, state: changes['state'] ?? soundRequest['state'], iss: ISSUER });
    expect(description).toMatch(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/);
  });

  it('[6749-6] tells the client when its request is too long for an address', async () => {
    const long = { state: 'x'.repeat(2048), login_hint: 'ä'.repeat(320), acr_values: 'ä'.repeat(1024) };
    expect((await redirected(long)).answer).toMatchObject({ error: 'invalid_request', state: long.state });
    expect((await begin(stand, { state: long.state })).handle).not.toBe('');
  });

  it('[9207-29] returns a state byte for byte, or not at all', async () => {
    const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
    for (const state of [printable, '0', 'x'.repeat(2048)])
      expect((await redirected({ state, scope: '"' })).answer['state']).toBe(state);
    for (const state of ['x'.repeat(2049), 'ä', '\u0000', '\uFFFD'])
      expect((await redirected({ state })).answer).not.toHaveProperty('state');
    expect((await redirected({ state: undefined, scope: '"' })).answer).not.toHaveProperty('state');
  });

  it('[8252-45] answers at loopback on any port, and to the scheme of an app', async () => {
    for (const uri of [
      'http://127.0.0.1:51004/cb',
      'http://[::1]:51004/cb',
      'http://localhost:51004/cb',
      'com.example.app:/cb',
    ])
      expect((await redirected({ redirect_uri: uri, scope: '"' })).to).toBe(uri);
    const { answer } = await begin(stand, { redirect_uri: 'https://app.test:8443/callback?tenant=1' });
    expect(answer.status).toBe(400);
  });

  it('[6749-3] takes no other body than a form, and nothing in the query beside it', async () => {
    const json = await stand.post('/oauth/authorize', soundRequest);
    for (const answer of [json, await post(query(), '/oauth/authorize?x=1')])
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});
