import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORMS } from '../platforms.js';
import { SampleApp, scratchDirectory } from '../sample-app.js';
import { DemoClient } from './demo-client.js';
import { DEVICE_CODE } from './demo-device.js';
import { describeDevicePages } from './device.cases.js';
import { hiddenFieldsOf, PageVisitor, type Visit } from './page-visitor.js';

const WEB = 'https://web.example/cb';
const seed = {
  users: ['ada', 'grace', 'linus', '<i>eve</i>'].map((username) => ({ username, password: 'a-password' })),
  clients: [
    ...[
      { id: 'demo-app', name: 'The "<b>Demo</b>"', redirectUris: ['http://127.0.0.1/callback'] },
      { id: 'ours', name: 'Ours', redirectUris: [WEB, 'http://127.0.0.1/callback'], firstParty: true },
    ].map((client) => ({ ...client, grants: ['authorization_code'], scope: ['articles:read'] })),
    {
      id: 'television',
      name: 'A <b>television</b>',
      grants: [DEVICE_CODE, 'refresh_token'],
      scope: ['articles:read'],
    },
  ],
};

describe.each(PLATFORMS)('the sample app on %s:', (PLATFORM) => {
  let app: SampleApp;
  beforeAll(async () => {
    const SEED_FILE = join(scratchDirectory(), 'seed.json');
    writeFileSync(SEED_FILE, JSON.stringify(seed));
    app = await SampleApp.start({ PLATFORM, SEED_FILE });
  });
  afterAll(() => app.stop());

  describe('pages for login and consent', () => {
    let client: DemoClient;
    let visitor: PageVisitor;

    beforeAll(async () => {
      client = await DemoClient.listen();
    });
    afterAll(() => client.close());
    beforeEach(() => (visitor = new PageVisitor()));

    const ask = (changes: Record<string, string> = {}) =>
      visitor.open(client.ask(app, { scope: 'articles:read', ...changes }).url);
    const send = (step: string, page: Visit, fields: object = {}) =>
      visitor.post(`${app.url}/interaction/${step}`, { ...hiddenFieldsOf(page), ...fields });
    const login = (page: Visit, username = 'ada', password = 'a-password') =>
      send('login', page, { username, password });
    const follow = ({ location }: Visit) => visitor.open(app.url + location);
    const isLoginPage = ({ title }: Visit) => title === 'Log in - Articles';
    const ours = (changes: object = {}) => ask({ client_id: 'ours', redirect_uri: WEB, ...changes });
    const answerOf = ({ location }: Visit) => Object.fromEntries(new URL(location).searchParams);

    it('have a policy that allows their own style and forms, and nothing else', async () => {
      const page = await ask();
      expect(isLoginPage(page)).toBe(true);
      expect(page.headers.get('content-security-policy')).toMatch(
        new RegExp(
          `^default-src 'none'; style-src 'sha256-[\\w+/]{43}='; form-action 'self' ${new URL(client.redirectUri).origin}; frame-ancestors 'none'; base-uri 'none'$`,
        ),
      );
      expect(Object.fromEntries(page.headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
      });
      expect(page.page).not.toMatch(/<script|style="|\son\w+=/);
    });

    it('write names as text', async () => {
      const first = await ask();
      expect(first.page).toContain('The &quot;&lt;b&gt;Demo&lt;/b&gt;&quot;');
      const consent = await follow(await login(first, '<i>eve</i>'));
      expect(consent.title).toBe('Allow The &quot;&lt;b&gt;Demo&lt;/b&gt;&quot;? - Articles');
      expect(consent.page).toContain('&lt;i&gt;eve&lt;/i&gt;');
      expect(consent.page).not.toMatch(/<[ib]>/);
      expect(consent.page).not.toContain('a-password');
    });

    it('[9700-49] keep one cookie, which no script reads and no other site sends, and another one after a login', async () => {
      const page = await ask();
      const before = visitor.cookies.get('__Host-articles_browser');
      const answer = await login(page);
      expect(answer.status).toBe(303);
      expect(answer.headers.getSetCookie()).toEqual([
        expect.stringMatching(/^__Host-articles_browser=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
      ]);
      expect(visitor.cookies.get('__Host-articles_browser')).not.toBe(before);
      // Whoever put the cookie of before there is not logged in by it.
      visitor.cookies.set('__Host-articles_browser', String(before));
      expect(isLoginPage(await follow(answer))).toBe(true);
    });

    it.each([
      [
        'a wrong password',
        { username: 'ada', password: 'wrong' },
        'The username or the password is not right',
      ],
      ['nobody', { username: 'nobody', password: 'wrong' }, 'The username or the password is not right'],
      ['no password', { username: 'ada' }, 'Enter your password'],
      ['no name', { username: ' ', password: 'x' }, 'Enter your username'],
      ['a password too long to be one', { username: 'ada', password: 'x'.repeat(1025) }, 'is not right'],
    ])('tell what is wrong with %s', async (_what, fields: object, message) => {
      const refused = await send('login', await ask(), fields);
      expect(refused).toMatchObject({ status: 422, title: 'Error: Log in - Articles' });
      expect(refused.page).toContain(message);
      expect(isLoginPage(await follow({ ...refused, location: pathOf(hiddenFieldsOf(refused)) }))).toBe(true);
    });

    it('refuse too many guesses in words', async () => {
      const page = await ask();
      let refused = page;
      for (let guess = 0; guess < 6; guess += 1) refused = await login(page, 'guessed', 'wrong');
      expect(refused).toMatchObject({ status: 429, title: 'Too many attempts - Articles' });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    });

    it.each(['login', 'consent', 'logout'])(
      'take no form that was written for another browser or by another site: %s',
      async (step) => {
        const page = await ask();
        const { request = '' } = hiddenFieldsOf(page);
        const fields = { username: 'ada', password: 'a-password', answer: 'allow' };
        for (const form_token of ['', 'x'.repeat(43), hiddenFieldsOf(await ask())['form_token'] ?? '']) {
          const refused = await visitor.post(`${app.url}/interaction/${step}`, {
            ...fields,
            request,
            form_token,
          });
          expect(refused).toMatchObject({ status: 403, title: 'This page was out of date - Articles' });
          expect(refused.headers.getSetCookie()).toEqual([]);
        }
        visitor = new PageVisitor();
        expect(await send(step, page, fields)).toMatchObject({ status: 410, location: '' });
      },
    );

    it('answer once', async () => {
      const consent = await follow(await login(await ask()));
      const [one, other] = await Promise.all([1, 2].map(() => send('consent', consent, { answer: 'allow' })));
      expect(new Set([one?.status, other?.status])).toEqual(new Set([303, 410]));
      const again = await send('consent', consent, { answer: 'deny' });
      expect(again).toMatchObject({ status: 410, title: 'This request is over - Articles' });
    });

    it('tell the client who denies', async () => {
      const consent = await follow(await login(await ask()));
      const denied = await send('consent', consent, { answer: 'deny' });
      expect(denied.status).toBe(303);
      expect(answerOf(denied)).toMatchObject({ error: 'access_denied', state: expect.any(String) });
    });

    it('take nothing but a clear yes for one', async () => {
      const consent = await follow(await login(await ask()));
      const { request = '', form_token = '' } = hiddenFieldsOf(consent);
      const twice = `${new URLSearchParams({ request, form_token }).toString()}&answer=allow&answer=allow`;
      const denied = await visitor.post(`${app.url}/interaction/consent`, twice);
      expect(answerOf(denied)).toMatchObject({ error: 'access_denied' });
    });

    it.each(['', '?request=', '?request=v1.x.y', '?request=a&request=b'])(
      'show nothing for %j',
      async (query) => {
        const page = await visitor.get(`${app.url}/interaction${query}`);
        expect(page).toMatchObject({ status: 410, title: 'This request is over - Articles' });
        expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      },
    );

    it('remember a login for the next client, until somebody else wants to log in', async () => {
      await login(await ask());
      const consent = await ask();
      expect(consent.page).toContain('<strong>ada</strong>');
      const page = await follow(await send('logout', consent));
      expect(isLoginPage(page)).toBe(true);
      expect((await follow(await login(page, 'grace'))).page).toContain('<strong>grace</strong>');
    });

    it('forget a login when its user logs out, or changes the password', async () => {
      await login(await ask());
      const { access_token: token } = await app.login('ada', 'a-password');
      await app.call('/auth/logout-all', { method: 'POST', token });
      expect(isLoginPage(await ask())).toBe(true);
      await login(await ask(), 'grace');
      expect(isLoginPage(await ask())).toBe(false);
      const { access_token } = await app.login('grace', 'a-password');
      const change = { currentPassword: 'a-password', newPassword: 'another-password' };
      await app.call('/me/password', { token: access_token, json: change });
      expect(isLoginPage(await ask())).toBe(true);
    });

    it('ask no consent for a client of ours, where nobody else can pass for it', async () => {
      const url = client.ask(app, { client_id: 'ours', redirect_uri: WEB, scope: 'articles:read' }).url;
      const { location } = await login(await ours());
      expect(answerOf(await visitor.get(app.url + location))).toHaveProperty('code');
      const begun = await visitor.get(url);
      expect(answerOf(await visitor.get(app.url + begun.location))).toHaveProperty('code');
      expect((await ask({ client_id: 'ours' })).title).toBe('Allow Ours? - Articles');
      expect((await ours({ prompt: 'consent' })).title).toBe('Allow Ours? - Articles');
    });

    it('are not shown where the client wants none', async () => {
      const silently = async () => {
        const begun = await visitor.get(client.ask(app, { scope: 'articles:read', prompt: 'none' }).url);
        return answerOf(await visitor.get(app.url + begun.location));
      };
      expect(await silently()).toMatchObject({ error: 'login_required' });
      await login(await ask());
      expect(await silently()).toMatchObject({ error: 'consent_required' });
    });

    it.each([{ prompt: 'login' }, { prompt: 'select_account' }, { max_age: '0' }])(
      'ask for a new login where the client does: %j',
      async (changes: Record<string, string>) => {
        await login(await ask());
        const page = await ask({ ...changes, login_hint: 'ada' });
        expect(isLoginPage(page)).toBe(true);
        expect(page.page).toMatch(/value="ada"/);
        const consent = await follow(await login(page));
        expect(answerOf(await send('consent', consent, { answer: 'allow' }))).toHaveProperty('code');
      },
    );
  });

  describeDevicePages(() => app);
});

const pathOf = ({ request = '' }: Record<string, string>): string => `/interaction?request=${request}`;
