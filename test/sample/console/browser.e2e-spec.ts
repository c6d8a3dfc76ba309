import type { Browser, BrowserContext, Page } from 'playwright-core';
import { accessibilityFindings } from '../../support/browser/accessibility.js';
import { describeInChromium, skipReason, startChromium } from '../../support/browser/chromium.js';
import { SampleApp } from '../sample-app.js';
import { AdminAtBrowser } from './admin-at-browser.js';

const PAGES = [
  ['/sessions', 'Sessions'],
  ['/sessions/of?user=admin', '0 sessions of admin'],
  ['/access', 'Access'],
  [
    '/access/why?route=GET+%2Farticles%2Fsearch&handler=ArticlesController.search&role=editor',
    'Why editor may call GET /articles/search',
  ],
  ['/limits?client=127.0.0.1', 'Limits: 1 blocked'],
  ['/keys', 'Keys'],
  ['/events', 'Events'],
  ['/health', 'Health: up'],
  ['', 'Console'],
] as const;

describeInChromium(`the console in a real browser${skipReason}`, () => {
  let chromium: Browser;
  let app: SampleApp;
  let context: BrowserContext;
  let page: Page;
  let admin: AdminAtBrowser;
  let complaints: string[];

  beforeAll(async () => {
    [chromium, app] = await Promise.all([startChromium(), SampleApp.start()]);
    await open();
    // Somebody is kept out from the beginning.
    for (let guess = 0; guess < 6; guess += 1) await attempt('wrong');
  });
  afterAll(() => Promise.all([chromium.close(), app.stop()]));
  beforeEach(() => (complaints = []));

  async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
    context = await chromium.newContext(options);
    page = await context.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    admin = new AdminAtBrowser(page, app);
  }

  const attempt = (password: string) =>
    app.call('/auth/login', { json: { username: 'demo', password }, headers: { 'user-agent': 'guesser' } });

  it('shows a blocked client to the admin, who lets it in again and ends what it begins', async () => {
    await admin.logIn('/limits', 'Limits: 1 blocked');
    const row = page.getByRole('row', { name: 'demo' });
    expect(await row.textContent()).toContain('127.0.0.1');
    for (const [path, title] of PAGES) {
      await admin.open(path, title);
      expect([path, await accessibilityFindings(page)]).toEqual([path, []]);
    }

    await admin.goTo('Limits', 'Limits: 1 blocked');
    await row.getByRole('button', { name: 'Forgive the failed logins of demo' }).click();
    await admin.untilTitled('Done: Limits: 0 blocked');
    const { status, body } = await attempt('demo-password');
    expect(status).toBe(200);

    await admin.goTo('Sessions', 'Sessions');
    await page.getByLabel('User name, or a part of it').fill('EM');
    await page.getByRole('button', { name: 'Find' }).click();
    await admin.untilTitled('Users with ‘EM’');
    await page.getByRole('link', { name: 'demo' }).click();
    await admin.untilTitled('1 session of demo');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'End guesser' }).click();
    await admin.untilTitled('0 sessions of demo left');
    expect(await page.getByRole('status').textContent()).toContain('The session was ended');
    expect(await accessibilityFindings(page)).toEqual([]);
    const token = String(body['access_token']);
    expect((await app.call('/me', { token })).status).toBe(401);
    expect(complaints).toEqual([]);
  });

  it('says why, for a cell of the table', async () => {
    await admin.logIn('/access', 'Access');
    const graph = page.getByRole('img', { name: 'Roles, and what they inherit' });
    expect(await graph.locator('desc').textContent()).toContain('editor inherits viewer.');
    await page.getByRole('link', { name: 'yes (may editor call GET /articles/search?)' }).click();
    await admin.untilTitled('Why editor may call GET /articles/search');
    const path = page.getByRole('list').filter({ hasText: 'grants' });
    expect((await path.textContent())?.replaceAll(/\s+/g, ' ').trim()).toMatch(
      /^editor inherits ?viewer grants ?articles:read$/,
    );
    await page.goBack();
    await admin.untilTitled('Access');
    await page.getByRole('link', { name: 'own (may editor call PATCH /articles/:id?)' }).click();
    await admin.untilTitled('Why editor may call PATCH /articles/:id on their own things');
    expect(await page.locator('main').textContent()).toContain('articles:update:own');
    expect(complaints).toEqual([]);
  });

  it('works with the keyboard alone, in the order it is read', async () => {
    await context.clearCookies();
    await page.goto(`${app.url}/console`);
    await admin.untilTitled('Log in');
    await admin.untilFocused('username');
    await page.keyboard.type('admin');
    await page.keyboard.press('Tab');
    await admin.untilFocused('password');
    await page.keyboard.type('admin-password');
    await page.keyboard.press('Enter');
    await admin.untilTitled('Console');
    await admin.tabTo('Skip to the content');
    await page.keyboard.press('Enter');
    await admin.tabTo('find');
    await page.keyboard.type('adm');
    await page.keyboard.press('Enter');
    await admin.untilTitled('Users with ‘adm’');
    await admin.tabTo('admin');
    await page.keyboard.press('Enter');
    await admin.untilTitled('0 sessions of admin');
    await admin.tabTo('Skip to the content');
    const order: unknown[] = [];
    for (let press = 0; press < 8; press += 1) {
      await page.keyboard.press('Tab');
      order.push(await admin.focused());
    }
    expect(order).toEqual([
      'Overview',
      'Sessions',
      'Access',
      'Limits',
      'Keys',
      'Events',
      'Health',
      'Log out',
    ]);
    await page.keyboard.press('Enter');
    await admin.untilTitled('Log in');
  });

  it('is not for a user without the right', async () => {
    await admin.logIn('/keys', 'Not for you', 'demo');
    expect(await accessibilityFindings(page)).toEqual([]);
    expect((await page.reload())?.status()).toBe(403);
    await page.getByRole('button', { name: 'Log in as somebody else' }).click();
    await admin.untilTitled('Log in');
    // Chromium itself tells of an answer 403.
    expect(complaints.filter((text) => !text.includes('403'))).toEqual([]);
  });

  describe('without a script, on a small screen', () => {
    beforeAll(async () => {
      await context.close();
      await open({ javaScriptEnabled: false, viewport: { width: 320, height: 480 } });
    });

    it('works all the same, and no page is wider than the screen', async () => {
      const { status, body } = await attempt('demo-password');
      expect(status).toBe(200);
      await admin.logIn('/sessions/of?user=demo', '1 session of demo');
      expect(await admin.width()).toBeLessThanOrEqual(320);
      for (const [path] of PAGES) {
        await page.goto(`${app.url}/console${path}`);
        expect([path, await admin.width()]).toEqual([path, 320]);
      }
      await admin.open('/sessions/of?user=demo', '1 session of demo');
      const all = page.getByRole('button', { name: 'End everything of demo' });
      await all.click();
      await admin.untilTitled('0 sessions of demo left');
      expect((await app.call('/me', { token: String(body['access_token']) })).status).toBe(401);
    });
  });
});
