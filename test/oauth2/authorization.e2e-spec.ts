import { AuthError } from 'nestjs-gatehouse';
import { ISSUER, platforms } from '../support/app/start-app.js';
import {
  authorizationClients,
  begin,
  CALLBACK,
  ConsentController,
  query,
  sentTo,
  service,
  soundRequest,
  TestInteraction,
  webClient,
} from '../support/oauth2/authorizations.js';
import { OAuthStand } from '../support/oauth2/oauth-stand.js';

const HTML = { headers: { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' } };
const AUDIENCE = 'https://api.test';

describe.each(platforms)('authorization endpoint on %s', (platform) => {
  const interaction = new TestInteraction();
  let stand: OAuthStand;

  beforeAll(async () => {
    stand = await OAuthStand.start({
      platform,
      logger: false,
      // As hosts do that have pages elsewhere.
      prepare: (app) => app.enableCors({ origin: true, credentials: true, exposedHeaders: ['Location'] }),
      controllers: [ConsentController],
      options: { throttler: false, audience: AUDIENCE },
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

  it('[6749-3] sends the browser to the page of the host, which learns what is asked for', async () => {
    const { answer, handle, browser } = await begin(stand, {
      login_hint: 'ada@example.test\u0007',
      resource: `${AUDIENCE}/`,
      prompt: 'login consent',
      max_age: '300',
      acr_values: 'gold silver',
      nonsense: 'ignored',
      nonce: '',
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/consent?request=${handle}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-gatehouse_authorization=[\w-]{43}; Max-Age=1200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    const expected = {
      handle,
      client: { id: webClient.id, name: 'The Web App', isFirstParty: false },
      redirectUri: CALLBACK,
      scope: ['articles:read'],
      resource: AUDIENCE,
      prompt: ['login', 'consent'],
      maxAgeSeconds: 300,
      acrValues: ['gold', 'silver'],
      loginHint: 'ada@example.test',
      expiresAt: expect.any(Number) as number,
    };
    expect(interaction.asked.at(-1)).toEqual(expected);
    expect(await service(stand.running).read(handle, browser)).toEqual(expected);
  });

  it('[6749-3] [9700-49] takes a form as well, and answers it by 303', async () => {
    const answer = await post(query());
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^\/consent\?request=/);
  });

  it('[9207-29] the page of the host answers the client, in the browser that began', async () => {
    const { answer, browser } = await begin(stand);
    const page = answer.headers.get('location') ?? '';
    const { headers } = await stand.send('GET', page, browser);
    expect(sentTo(headers.get('location'))).toEqual({
      to: 'https://app.test/callback',
      answer: {
        code: expect.stringMatching(/^[\w-]{43}$/) as string,
        state: soundRequest['state'],
        iss: ISSUER,
      },
    });
    expect((await stand.send('GET', page, browser)).status).toBe(400);
    const { answer: another } = await begin(stand);
    const elsewhere = await stand.send('GET', another.headers.get('location') ?? '', browser);
    expect(elsewhere).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('keeps one cookie for all requests of a browser', async () => {
    const first = await begin(stand);
    const second = await begin(stand, {}, first.browser);
    expect(second.browser).toEqual(first.browser);
    for (const { handle } of [first, second])
      expect(await service(stand.running).read(handle, first.browser)).toMatchObject({ handle });
    const { cookie = '' } = first.browser.headers;
    for (const wrong of [
      '__Host-gatehouse_authorization=chosen',
      `${cookie}; ${cookie.slice(0, -1)}!`,
      `${cookie}x`,
    ]) {
      const { browser } = await begin(stand, {}, { headers: { cookie: wrong } });
      expect(browser.headers.cookie === cookie).toBe(wrong.includes(';'));
    }
  });

  it.each<[string, () => unknown]>([
    [
      'server_error',
      () => {
        throw new Error('the host fails');
      },
    ],
    ['server_error', () => 'https://evil.test/consent'],
    ['server_error', () => '//evil.test/consent'],
    ['server_error', () => '/\\evil.test/consent'],
    ['server_error', () => '/.//evil.test/consent'],
    ['server_error', () => 'consent'],
    ['server_error', () => undefined],
    [
      'access_denied',
      () => {
        throw new AuthError('access_denied');
      },
    ],
    [
      'login_required',
      () => {
        throw new AuthError('access_denied', { oauthError: 'login_required' });
      },
    ],
    [
      'temporarily_unavailable',
      () => {
        throw new AuthError('store_unavailable', { detail: 'private' });
      },
    ],
  ])('[6749-6] tells the client %s when the host answers that way (%#)', async (error, instead) => {
    interaction.instead = instead;
    const { to, answer } = await redirected({});
    expect(to).toBe('https://app.test/callback');
    expect(answer).toMatchObject({ error, state: soundRequest['state'], iss: ISSUER });
    expect(JSON.stringify(answer)).not.toMatch(/private|the host fails/);
  });

  it('goes to a page at the origin of the issuer by its whole address', async () => {
    interaction.instead = () => `${ISSUER}/consent`;
    expect((await begin(stand)).answer.headers.get('location')).toBe(`${ISSUER}/consent`);
  });

  it('[9700-45] lets no other page read an answer, whatever CORS the app has', async () => {
    const init = { headers: { origin: 'https://evil.test', accept: 'text/html' } };
    const cors = (headers: Headers) =>
      [...headers.keys()].filter((name) => name.startsWith('access-control'));
    expect(cors((await stand.send('GET', '/nowhere', init)).headers)).not.toEqual([]);
    for (const answer of [
      (await begin(stand, {}, init)).answer,
      (await begin(stand, { client_id: 'nobody' }, init)).answer,
      (await begin(stand, { scope: '"' }, init)).answer,
      await stand.send('POST', '/oauth/authorize', init),
    ])
      expect(cors(answer.headers)).toEqual([]);
  });

  it('[6749-6] shows a page that runs nothing, is framed nowhere, and repeats nothing that was sent', async () => {
    const { answer } = await begin(
      stand,
      { redirect_uri: 'https://evil.test/"><script>', state: 'reflected' },
      HTML,
    );
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(answer.text).not.toMatch(/evil|script|reflected/i);
  });

  it('[8414-28] is in the metadata', async () => {
    const { body } = await stand.get('/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({
      authorization_endpoint: `${ISSUER}/oauth/authorize`,
      grant_types_supported: ['client_credentials', 'refresh_token', 'authorization_code'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });
});

describe.each(platforms)('authorization endpoint, moved and limited, on %s', (platform) => {
  let stand: OAuthStand;

  beforeAll(async () => {
    stand = await OAuthStand.start({
      platform,
      logger: false,
      options: { throttler: { throttlers: [{ name: 'few', limit: 3, ttl: '1h' }] } },
      oauth: {
        clients: authorizationClients,
        interaction: TestInteraction,
        endpoints: { authorize: 'login/authorize' },
      },
    });
  });
  afterAll(() => stand.close());

  it('[8414-28] is where the metadata says, within the limits of the app', async () => {
    const { body } = await stand.get('/.well-known/oauth-authorization-server');
    expect(body['authorization_endpoint']).toBe(`${ISSUER}/login/authorize`);
    expect((await begin(stand)).answer.status).toBe(404);
    const send = () => stand.send('GET', `/login/authorize?${query()}`, HTML);
    expect((await send()).status).toBe(303);
    let answer = await send();
    while (answer.status === 303) answer = await send();
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.text).toContain('Wait a moment');
  });
});
