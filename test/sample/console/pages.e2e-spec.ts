import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hiddenFieldsOf } from '../interaction/page-visitor.js';
import { PLATFORMS } from '../platforms.js';
import { SampleApp, scratchDirectory } from '../sample-app.js';
import { describeForms } from './forms.cases.js';
import { ConsoleVisitor } from './console-visitor.js';

const PASSWORD = 'a-password';
const EVE = '<script>alert(1)</script>';
const PAGES = ['', '/sessions', '/sessions/of?user=ada', '/access', '/limits', '/keys', '/events', '/health'];

const user = (username: string, ...roles: string[]) => ({ username, password: PASSWORD, roles });
const seed = {
  roles: { auditor: { inherits: ['viewer'], grants: ['console:read'] } },
  users: [
    user('root', 'admin'),
    user('audrey', 'auditor'),
    user('arthur', 'auditor'),
    user('vera', 'viewer'),
    user('cleo', 'viewer'),
    ...['ada', 'ben', 'grace', 'linus', EVE].map((name) => user(name, 'editor')),
  ],
};

describe.each(PLATFORMS)('the console on %s', (PLATFORM) => {
  let app: SampleApp;
  let root: ConsoleVisitor;
  let vera: ConsoleVisitor;

  beforeAll(async () => {
    const SEED_FILE = join(scratchDirectory(), 'seed.json');
    writeFileSync(SEED_FILE, JSON.stringify(seed));
    app = await SampleApp.start({ PLATFORM, SEED_FILE });
    [root, vera] = await Promise.all([logIn('root'), logIn('vera')]);
  });
  afterAll(() => app.stop());

  const logIn = (username: string) => ConsoleVisitor.loggedIn(app, username, PASSWORD);

  it('asks whoever is not known to log in, and leads on to what was asked for', async () => {
    const path = '/access/why?route=GET+%2Fconsole&handler=OverviewController.show&role=viewer';
    const visitor = new ConsoleVisitor(app);
    const begun = await visitor.browser.get(`${app.url}/console${path}`);
    expect(begun).toMatchObject({ status: 303, page: '' });
    expect(await visitor.open(path)).toMatchObject({ status: 200, title: 'Log in - Articles' });
    const loggedIn = await visitor.logIn('root', PASSWORD, path);
    expect(loggedIn).toMatchObject({ status: 303, location: `/console${path}` });
    expect(await visitor.open(path)).toMatchObject({
      status: 200,
      title: 'Why viewer may not call GET /console - Articles',
    });
  });

  it.each(['https://evil.example/', '//evil.example', '/oauth/authorize?client_id=x'])(
    'leads nowhere else after a login: %s',
    async (next) => {
      const page = await new ConsoleVisitor(app).open(`/login?next=${encodeURIComponent(next)}`);
      expect(hiddenFieldsOf(page)).toMatchObject({ next: '/console' });
    },
  );

  it.each(PAGES)(
    'has a policy that allows its own style and forms, and nothing else: /console%s',
    async (path) => {
      const { status, headers, page } = await root.open(path);
      expect(status).toBe(200);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}=' 'sha256-[\w+/]{43}='; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
      );
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      expect(page).not.toMatch(/<script|style="|\son\w+=/);
    },
  );

  it.each(PAGES)('is not for whoever may not look: /console%s', async (path) => {
    expect(await vera.open(path)).toMatchObject({ status: 403, title: 'Not for you - Articles' });
  });

  it('asks the roles that somebody has now, with every page', async () => {
    const cleo = await logIn('cleo');
    const { access_token: token } = await app.login('root', PASSWORD);
    const give = (roles: string) =>
      app.call('/admin/users/cleo/roles', { method: 'PUT', token, json: { roles } });
    expect((await cleo.open('/keys')).status).toBe(403);
    await give('auditor');
    expect((await cleo.open('/keys')).status).toBe(200);
    await give('viewer');
    expect((await cleo.open('/keys')).status).toBe(403);
  });

  it('gives somebody else the place of who may not look', async () => {
    const visitor = await logIn('vera');
    const refused = await visitor.open();
    expect(refused.page).toContain('You are logged in as <bdi>vera</bdi>');
    expect(await visitor.send('/logout', hiddenFieldsOf(refused))).toMatchObject({
      location: '/console/login',
    });
    expect((await visitor.open()).title).toBe('Log in - Articles');
    expect((await visitor.logIn('root', PASSWORD)).location).toBe('/console');
  });

  it('takes its cookie for nothing but itself', async () => {
    const cookie = [...root.browser.cookies].map((pair) => pair.join('=')).join('; ');
    for (const path of ['/me', '/admin/users', '/consoles', '/articles/mine?to=/console'])
      expect([401, 404]).toContain((await app.call(path, { headers: { cookie } })).status);
    expect((await app.call('/articles', { headers: { cookie }, json: { title: 'x' } })).status).toBe(401);
  });

  it('takes access tokens, as every other route', async () => {
    const { access_token } = await app.login('root', PASSWORD);
    expect((await app.call('/console/keys', { token: access_token })).status).toBe(200);
    const { access_token: other } = await app.login('vera', PASSWORD);
    expect((await app.call('/console/keys', { token: other })).status).toBe(403);
  });

  it('writes what strangers choose as text', async () => {
    const userAgent = 'Mozilla"><img src=x onerror=alert(1)><script>alert(2)</script>';
    await app.call('/auth/login', {
      json: { username: EVE, password: PASSWORD },
      headers: { 'user-agent': userAgent },
    });
    const pages = [
      await root.open('/sessions?find=script'),
      await root.open(`/sessions/of?user=${encodeURIComponent(EVE)}`),
      await root.open('/events'),
      await root.open(`/limits?client=${encodeURIComponent(EVE)}`),
    ];
    for (const { status, page } of pages) {
      expect(status).toBe(200);
      expect(page).toContain('&lt;script&gt;alert(');
      expect(page).not.toMatch(/<script|<img/);
    }
    expect(pages[1]?.page).toContain('Mozilla&quot;&gt;&lt;img src=x');
  });

  it('finds users by a part of the name, and says where nobody is', async () => {
    expect((await root.open('/sessions?find=RAC')).page).toContain('/console/sessions/of?user=grace');
    expect((await root.open('/sessions?find=%25')).page).toContain('No user has this in their name');
    for (const path of [
      '/sessions/of',
      '/sessions/of?user=nobody',
      '/sessions/of?user=a&user=b',
      '/access/why',
    ])
      expect(await root.open(path)).toMatchObject({ status: 404, title: 'Nothing here - Articles' });
  });

  it('says in words that there is nothing, and overlooks a slash too many', async () => {
    for (const path of ['/nowhere', '/keys/of/nobody', '/sessions/nowhere?x=1'])
      expect(await root.open(path)).toMatchObject({ status: 404, title: 'Nothing here - Articles' });
    expect((await root.send('/nowhere', {})).title).toBe('Nothing here - Articles');
    expect((await root.open('/sessions/of/?user=ada')).status).toBe(200);
    expect((await root.open('/keys/')).title).toBe('Keys - Articles');
    expect((await root.open('/')).title).toBe('Console - Articles');
  });

  it('explains its cells: with a path to a grant, with what is missing, or with what decides instead', async () => {
    const { page } = await root.open('/access');
    const all = [...page.matchAll(/class="cell (\w+)"\s+href="([^"]*handler=(\w+)[^"]*role=editor)"/g)];
    expect(all.length).toBeGreaterThan(40);
    // One of each answer and controller.
    const cells = [...new Map(all.map((each) => [`${each[1]} ${each[3]}`, each])).values()];
    const explained = await Promise.all(
      cells.map(async ([, cell, href = '']) => ({
        cell,
        ...(await root.browser.get(app.url + href.replaceAll('&amp;', '&'))),
      })),
    );
    const saysFresh = explained
      .filter(({ page: why }) => why.includes('asks for a fresh login'))
      .map(({ title }) => title);
    expect(saysFresh).toEqual(expect.arrayContaining([expect.stringContaining('/me/password')]));
    const reason = {
      yes: /class="path"|everybody/i,
      own: /class="path"/,
      no: /nearest role|does not inherit|nobody may/i,
    };
    const unexplained = explained.filter(
      ({ cell, status, page: why }) => status !== 200 || !reason[cell as keyof typeof reason].test(why),
    );
    expect(unexplained.map(({ title }) => title)).toEqual([]);
    expect(new Set(explained.map(({ cell }) => cell))).toEqual(new Set(['yes', 'own', 'no']));
  });

  it('shows keys by their names, and no secret anywhere', async () => {
    const { access_token, refresh_token } = await app.login('ben', PASSWORD);
    const jwks = await app.call('/.well-known/jwks.json');
    const [{ kid, n }] = jwks.body['keys'] as [{ kid: string; n: string }];
    const pages = await Promise.all(PAGES.map((path) => root.open(path)));
    expect(pages[PAGES.indexOf('/keys')]?.page).toContain(kid);
    const cookie = root.browser.cookies.get('__Host-articles_browser') ?? '';
    expect(cookie).not.toBe('');
    for (const { page } of pages)
      for (const secret of [PASSWORD, access_token, refresh_token, n, cookie])
        expect(page).not.toContain(secret);
  });

  it('tells the last events, by outcome as well', async () => {
    await app.call('/auth/login', { json: { username: 'linus', password: 'wrong' } });
    const refused = await root.open('/events?outcome=refused');
    expect(refused.page).toContain('login.failed');
    expect(refused.page).not.toContain('session.opened');
    expect((await root.open('/events?outcome=success')).page).toContain('session.opened');
    expect((await root.open('/events?outcome=__proto__')).title).toBe('Events - Articles');
  });

  describeForms(
    () => app,
    () => ({ root, vera }),
    logIn,
  );
});
