import type { Browser, BrowserContext, Page } from 'playwright-core';
import { describeInChromium, skipReason, startChromium } from '../support/browser/chromium.js';
import { PagesOfSites } from '../support/browser/pages-of-sites.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

const COOKIE = '__Secure-refresh_token';
// A context of its own is a private window, which keeps no other cookies for pages of another site.
const refreshCookie = { sameSite: 'None', path: '/auth', partitioned: true } as const;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const DEMO = 'username=demo&password=demo-password';

/** What a page got for its request; `opaque` where it may not see it. */
interface Answer {
  readonly status: number | 'opaque' | 'unreadable';
  readonly body: Record<string, string>;
}

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly mode?: 'cors' | 'no-cors';
}

// By themselves in the page: playwright carries no imports there.
const asked = async ({ url, how }: { url: string; how: Asked }): Promise<Answer> => {
  try {
    const response = await fetch(url, { method: 'POST', credentials: 'include', ...how });
    if (response.type === 'opaque') return { status: 'opaque', body: {} };
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  } catch {
    return { status: 'unreadable', body: {} };
  }
};

describeInChromium(`[10-12] cookie mode in a real browser${skipReason}`, () => {
  let chromium: Browser;
  let pages: PagesOfSites;

  beforeAll(async () => {
    [chromium, pages] = await Promise.all([startChromium(), PagesOfSites.listen()]);
  });
  afterAll(async () => {
    pages.close();
    await chromium.close();
  });

  describe.each(platforms)('on %s', (platform) => {
    let running: RunningApp;
    let context: BrowserContext;
    let spa: Page;
    /** The API has a name on the site of its page, and another one for the page of another site. */
    let api: (path: string) => string;

    beforeAll(async () => {
      const allowed = [pages.origin('www.shop'), pages.origin('www.partner')];
      running = await startApp({
        platform,
        options: {
          throttler: false,
          authentication: { refreshCookie, allowedOrigins: allowed },
        },
        prepare: (app) => app.enableCors({ origin: allowed, credentials: true }),
      });
      const { port } = new URL(running.url);
      api = (path) => `http://api.shop.localhost:${port}${path}`;
    });
    afterAll(() => running.close());
    beforeEach(async () => {
      context = await chromium.newContext();
      spa = await pageOf('www.shop');
    });
    afterEach(() => context.close());

    async function pageOf(site: string): Promise<Page> {
      const page = await context.newPage();
      await page.goto(pages.origin(site));
      return page;
    }

    const ask = (page: Page, path: string, how: Asked = {}): Promise<Answer> =>
      page.evaluate(asked, { url: api(path), how });
    const logIn = (page: Page): Promise<Answer> => ask(page, '/auth/login', { body: DEMO, headers: FORM });
    const me = (page: Page, { body }: Answer): Promise<Answer> =>
      ask(page, '/auth/me', { method: 'GET', headers: { authorization: `Bearer ${body['access_token']}` } });
    const cookies = async () => (await context.cookies(api('/auth/'))).filter(({ name }) => name === COOKIE);

    it.each(['www.shop', 'www.partner'])('a page of %s logs in, refreshes and logs out', async (site) => {
      const page = await pageOf(site);
      const login = await logIn(page);
      expect(login).toEqual({
        status: 200,
        body: expect.not.objectContaining({ refresh_token: expect.anything() }),
      });
      expect(await cookies()).toEqual([
        expect.objectContaining({ httpOnly: true, secure: true, sameSite: 'None', path: '/auth' }),
      ]);
      expect(await page.evaluate('document.cookie')).toBe('');
      const refreshed = await ask(page, '/auth/refresh');
      expect(refreshed.status).toBe(200);
      expect((await me(page, refreshed)).status).toBe(200);
      expect((await ask(page, '/auth/logout')).status).toBe(204);
      expect(await cookies()).toEqual([]);
      expect((await me(page, refreshed)).status).toBe(401);
      expect((await ask(page, '/auth/refresh')).status).toBe(400);
    });

    it.each(['www.evil', 'neighbour.shop'])(
      'pages of %s change nothing, by form or by script',
      async (site) => {
        const login = await logIn(spa);
        const before = await cookies();
        const evil = await pageOf(site);
        for (const path of ['/auth/login', '/auth/refresh', '/auth/logout']) {
          // A form may be sent anywhere, and a simple request of a script as well; neither can be read.
          expect((await ask(evil, path, { body: DEMO, headers: FORM, mode: 'no-cors' })).status).toBe(
            'opaque',
          );
          expect((await ask(evil, path, { body: DEMO, headers: FORM })).status).toBe('unreadable');
          await evil.goto(pages.origin(site));
          await evil.setContent(
            `<form method="post" action="${api(path)}"><input name="username" value="demo"><input name="password" value="demo-password"><button>Go</button></form>`,
          );
          const [answer] = await Promise.all([
            evil.waitForResponse(api(path)),
            evil.getByRole('button', { name: 'Go' }).click(),
          ]);
          expect([path, answer.status()]).toEqual([path, 403]);
          await evil.goto(pages.origin(site));
        }
        expect(await cookies()).toEqual(before);
        expect((await me(spa, login)).status).toBe(200);
        expect((await ask(spa, '/auth/refresh')).status).toBe(200);
      },
    );

    it('two tabs that refresh at the same time both go on', async () => {
      await logIn(spa);
      const other = await pageOf('www.shop');
      for (let round = 0; round < 3; round += 1) {
        const answers = await Promise.all([ask(spa, '/auth/refresh'), ask(other, '/auth/refresh')]);
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        for (const answer of answers) expect((await me(other, answer)).status).toBe(200);
      }
      expect((await ask(other, '/auth/refresh')).status).toBe(200);
    });

    // Which of two cookies is sent first is the browser's to say; which one counts has its tests on both platforms without one.
    it.each(platform === 'express' ? ['/', '/auth', '/auth/refresh'] : ['/auth'])(
      'a cookie that a neighbour tossed for %s locks nobody out',
      async (path) => {
        const login = await logIn(spa);
        const neighbour = await pageOf('neighbour.shop');
        const toss = `${COOKIE}=tossed; domain=shop.localhost; path=${path}; secure; samesite=none`;
        await neighbour.evaluate(`document.cookie = ${JSON.stringify(toss)}`);
        expect(await context.cookies(api(path))).toContainEqual(expect.objectContaining({ value: 'tossed' }));
        expect((await ask(spa, '/auth/refresh')).status).toBe(200);
        expect((await logIn(spa)).status).toBe(200);
        expect((await ask(spa, '/auth/refresh')).status).toBe(200);
        expect((await ask(spa, '/auth/logout')).status).toBe(204);
        expect((await ask(spa, '/auth/refresh')).status).not.toBe(200);
        expect((await logIn(spa)).status).toBe(200);
        expect((await ask(spa, '/auth/refresh')).status).toBe(200);
        expect((await me(spa, login)).status).toBe(401);
      },
    );
  });
});
