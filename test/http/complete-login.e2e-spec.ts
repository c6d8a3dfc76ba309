import {
  type AuthenticatedUser,
  type AuthenticationOptions,
  SessionService,
  TokenBlacklistService,
} from 'nestjs-gatehouse';
import { type Answer, Client, type TokenPair } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { cookieOf, given, HostLoginsModule, pairOf } from './host-logins.js';

describe.each(everywhere)('[11-F] completeLogin on $platform and $medium', ({ platform, medium: kind }) => {
  let medium: TestMedium;
  let running: RunningApp;
  let client: Client;

  const start = async (authentication: AuthenticationOptions = {}): Promise<void> => {
    running = await startApp({
      platform,
      logger: false,
      imports: [{ module: HostLoginsModule }],
      options: { throttler: false, authentication, ...(medium.redis && { redis: medium.redis }) },
    });
    client = new Client(running.url);
  };
  const post = (path: string, headers: Record<string, string> = {}) =>
    client.send<TokenPair>('POST', path, { headers });

  beforeAll(async () => {
    medium = await startMedium(kind);
  });
  beforeEach(() => {
    given.user = { subject: 'ada', roles: ['reader'] };
    given.details = {};
  });
  afterAll(() => medium.stop());

  describe('with tokens in bodies', () => {
    beforeAll(() => start());
    afterAll(() => running.close());

    it('answers as POST /auth/login does, header by header', async () => {
      const credentials = { username: 'demo', password: 'demo-password' };
      const ours = await client.post('/auth/login', credentials);
      const theirs = await post('/auth/passkey');
      const shape = ({ status, headers, body }: Answer<unknown>) => ({
        status,
        headers: [...headers.keys()].filter((name) => !/^(date|content-length|etag)$/.test(name)).sort(),
        cache: [headers.get('cache-control'), headers.get('pragma'), headers.get('content-type')],
        body: Object.entries(body as object).map(([name, value]) => [name, typeof value]),
      });
      expect(shape(theirs)).toEqual(shape(ours));
      expect(theirs.headers.get('cache-control')).toBe('no-store');
    });

    it('opens a session that refreshes, is listed with its device, and says how it was opened', async () => {
      given.details = {
        amr: ['hwk'],
        acr: 'phr',
        deviceLabel: 'Laptop',
        authenticatedAt: Date.now() - 60_000,
      };
      const { body } = await post('/passkeys/login', { 'user-agent': 'Tests/1' });
      const next = (await client.refresh(body.refresh_token)).body;
      expect((await client.get('/auth/me', next.access_token)).body).toMatchObject({
        sub: 'ada',
        roles: ['reader'],
        client_id: 'first-party',
        amr: ['hwk'],
        acr: 'phr',
        auth_time: Math.floor(given.details.authenticatedAt! / 1000),
      });
      const listed = await running.app.get(SessionService).list('ada');
      expect(listed).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            device: expect.objectContaining({ userAgent: 'Tests/1', label: 'Laptop' }),
          }),
        ]),
      );
    });

    it('says what the host has to say besides', async () => {
      given.user = { subject: 'ada', answer: { user: { name: 'Ada' } } };
      expect((await post('/auth/passkey')).body).toMatchObject({ user: { name: 'Ada' } });
    });

    it('narrows the scope to what was asked for, and gives no other', async () => {
      given.user = { subject: 'ada', scope: ['read', 'write'] };
      given.details = { scope: 'read' };
      expect((await post('/auth/passkey')).body).toMatchObject({ scope: 'read' });
      given.details = { scope: 'admin' };
      expect((await post('/auth/passkey')).body).toMatchObject({ code: 'invalid_scope' });
    });

    it('asks a function again when its subject is logged out meanwhile, and lets no user in who was given as such', async () => {
      let asked = 0;
      const revoke = () => running.app.get(TokenBlacklistService).revokeSubject('bob');
      given.user = async () => {
        asked += 1;
        if (asked === 1) await revoke();
        return { subject: 'bob' };
      };
      expect((await post('/auth/passkey')).status).toBe(200);
      expect(asked).toBe(2);
      given.user = async () => {
        await revoke();
        return asked++ === 2 ? { subject: 'bob' } : undefined;
      };
      expect((await post('/auth/passkey')).body).toMatchObject({ code: 'invalid_credentials' });
      expect(await running.app.get(SessionService).list('bob')).toHaveLength(0);
    });

    it('refuses whom nobody knows, as a wrong password is refused', async () => {
      given.user = async () => undefined;
      const answer = await post('/auth/passkey');
      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    });

    it.each<[string, AuthenticatedUser | undefined, object]>([
      ['subject', { subject: '' }, {}],
      ['amr', { subject: 'carl' }, { amr: 'hwk' }],
      ['acr', { subject: 'carl' }, { acr: 7 }],
      ['authenticatedAt', { subject: 'carl' }, { authenticatedAt: 'now' }],
      ['clientId', { subject: 'carl' }, { clientId: '' }],
      ['answer', { subject: 'carl', answer: { access_token: 'x' } }, {}],
    ])('opens no session for a wrong %s', async (_what, user, details) => {
      given.user = user ?? { subject: 'carl' };
      given.details = details;
      expect((await post('/auth/passkey')).status).toBe(500);
      expect(await running.app.get(SessionService).list('carl')).toEqual([]);
    });

    it.each([
      ['request', 'the request has no headers'],
      ['response', "the response can't be written to"],
    ])('opens no session over what is no %s', async (what, why) => {
      given.user = { subject: 'dora' };
      expect((await client.post('/wrong', { what })).text).toContain(why);
      expect(await running.app.get(SessionService).list('dora')).toEqual([]);
    });

    it('completes a GraphQL mutation', async () => {
      const { body } = await client.post<{ data: { login: string } }>('/graphql', {
        query: 'mutation { login(code: "eve") }',
      });
      expect((await client.get('/auth/me', body.data.login)).body).toMatchObject({
        sub: 'user-eve',
        amr: ['otp'],
      });
    });
  });

  describe('with the refresh token in a cookie', () => {
    beforeAll(() => start({ refreshCookie: true, allowedOrigins: ['https://app.test'] }));
    afterAll(() => running.close());

    const refreshBy = (cookie: string) => post('/auth/refresh', { cookie });

    it.each(['/auth/passkey', '/passkeys/login'])('keeps it where our endpoints are: %s', async (path) => {
      const answer = await post(path);
      expect(answer.body).not.toHaveProperty('refresh_token');
      expect(cookieOf(answer)).toMatch(
        /^__Secure-refresh_token=ghr_[^;]+; Max-Age=\d+; Path=\/auth; HttpOnly; Secure; SameSite=Strict$/,
      );
      expect((await refreshBy(pairOf(cookieOf(answer)))).status).toBe(200);
    });

    it('ends the session that the browser had', async () => {
      const before = pairOf(cookieOf(await post('/auth/passkey')));
      const after = pairOf(cookieOf(await post('/auth/passkey', { cookie: before })));
      expect((await refreshBy(before)).status).toBe(400);
      expect((await refreshBy(after)).status).toBe(200);
    });

    it('is set by the answer that leads back from another provider', async () => {
      const fromElsewhere = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
      const answer = await client.send('GET', '/social/callback', { headers: fromElsewhere });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/app']);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect((await refreshBy(pairOf(cookieOf(answer)))).status).toBe(200);
    });

    it.each<[string | undefined, string, number]>([
      [undefined, 'https://evil.test', 403],
      [undefined, 'https://app.test', 200],
      [undefined, 'https://id.provider.test', 403],
      ['https://id.provider.test', 'https://id.provider.test', 200],
      ['https://id.provider.test', 'https://evil.test', 403],
    ])(
      'lets a page of another site send it only where that was said: %s, %s',
      async (fromOrigin, origin, status) => {
        given.details = { fromOrigin };
        const answer = await post('/passkeys/login', { origin, 'sec-fetch-site': 'cross-site' });
        expect(answer.status).toBe(status);
        expect(answer.headers.getSetCookie()).toHaveLength(answer.status === 200 ? 1 : 0);
      },
    );

    it('is set by a GraphQL mutation', async () => {
      const answer = await client.post('/graphql', { query: 'mutation { login(code: "eve") }' });
      expect(cookieOf(answer)).toContain('; Path=/auth;');
      expect((await refreshBy(pairOf(cookieOf(answer)))).status).toBe(200);
    });
  });
});

describe.each(platforms)('[11-F] an app whose logins are all its own, on %s', (platform) => {
  it('needs no authenticator, and serves no login by password', async () => {
    const running = await startApp({
      platform,
      imports: [{ module: HostLoginsModule }],
      extras: { endpoints: { login: false }, userAuthenticator: undefined },
    });
    const client = new Client(running.url);
    expect((await client.post('/auth/login', { username: 'a', password: 'b' })).status).toBe(404);
    given.user = { subject: 'ada' };
    given.details = {};
    const { body } = await client.post<TokenPair>('/auth/passkey', {});
    const refreshed = await client.refresh(body.refresh_token);
    expect((await client.get('/auth/me', refreshed.body.access_token)).body).toMatchObject({ sub: 'ada' });
    await running.close();
  });
});
