import type { Browser, BrowserContext, Page } from 'playwright-core';
import { accessibilityFindings } from '../../support/browser/accessibility.js';
import { describeInChromium, skipReason, startChromium } from '../../support/browser/chromium.js';
import { focused, untilFocused, untilTitled } from '../../support/browser/page-states.js';
import { SampleApp } from '../sample-app.js';
import { type Authorization, DemoClient } from './demo-client.js';
import { describeDevicesInBrowser, describeDeviceOnSmallScreen } from './device-in-browser.cases.js';

const CONSENT = 'Allow Demo app? - Articles';
const OVER = 'This request is over - Articles';

describeInChromium(`the pages in a real browser${skipReason}`, () => {
  let chromium: Browser;
  let client: DemoClient;
  let app: SampleApp;
  let onFastify: SampleApp;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let asked: Authorization;

  beforeAll(async () => {
    [chromium, client, app, onFastify] = await Promise.all([
      startChromium(),
      DemoClient.listen(),
      SampleApp.start(),
      SampleApp.start({ PLATFORM: 'fastify' }),
    ]);
    await open();
  });
  afterAll(async () => {
    client.close();
    await Promise.all([chromium.close(), app.stop(), onFastify.stop()]);
  });
  beforeEach(async () => {
    await context.clearCookies();
    await begin(app);
  });
  afterEach(async () => {
    for (const other of context.pages().filter((each) => each !== page)) await other.close();
  });

  async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
    context = await chromium.newContext(options);
    page = await context.newPage();
    page.on('console', (message) => complaints.push(message.text()));
  }

  async function begin(at: SampleApp): Promise<void> {
    complaints = [];
    asked = client.ask(at);
    await page.goto(asked.url);
  }

  const logIn = async (username = 'demo', password = 'demo-password') => {
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  };
  const answer = (name: 'Allow' | 'Deny') => page.getByRole('button', { name }).click();
  const isAtClient = ({ href }: URL) => href.startsWith(client.redirectUri);
  const atClient = async (): Promise<Record<string, string>> => {
    await page.waitForURL(isAtClient);
    return Object.fromEntries(new URL(page.url()).searchParams);
  };

  it.each(['express', 'fastify'])('lead from login over consent to the client (%s)', async (platform) => {
    const at = platform === 'express' ? app : onFastify;
    await begin(at);
    await untilTitled(page, 'Log in - Articles');
    await logIn();
    await untilTitled(page, CONSENT);
    await answer('Allow');
    expect(await atClient()).toEqual({
      code: expect.any(String),
      state: asked.state,
      iss: 'http://localhost:3000',
    });
    expect(complaints).toEqual([]);
  });

  it('lead to tokens', async () => {
    await logIn();
    await answer('Allow');
    await atClient();
    const { status, body } = await client.redeem(app, asked, page.url());
    expect(status).toBe(200);
    const me = await app.call('/me', { token: String(body['access_token']) });
    expect(me.body).toMatchObject({
      sub: 'demo',
      client_id: 'demo-app',
      scope: 'articles:read articles:write',
    });
  });

  it('are accessible', async () => {
    expect(await accessibilityFindings(page)).toEqual([]);
    await logIn();
    await untilTitled(page, CONSENT);
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it('tell the client that the user denied, and need no second password for a second request', async () => {
    await logIn();
    await answer('Deny');
    expect(await atClient()).toMatchObject({ error: 'access_denied', state: asked.state });
    await begin(app);
    await untilTitled(page, CONSENT);
    await page.getByRole('button', { name: 'Log in as somebody else' }).click();
    await untilTitled(page, 'Log in - Articles');
    expect(complaints).toEqual([]);
  });

  it('say what is wrong with a login where it is looked for', async () => {
    await logIn('demo', 'wrong');
    await untilTitled(page, 'Error: Log in - Articles');
    const message = 'The username or the password is not right';
    expect(await page.getByRole('alert').textContent()).toContain(message);
    expect(await page.getByLabel('Username').inputValue()).toBe('demo');
    expect(await page.getByLabel('Password').inputValue()).toBe('');
    await untilFocused(page, 'password');
    // What a screen reader tells with the field.
    const description = await page.locator('#password').getAttribute('aria-describedby');
    expect(await page.locator(`#${description}`).textContent()).toBe(message);
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it('survive the back button', async () => {
    await logIn();
    await answer('Allow');
    await atClient();
    await page.goBack();
    await untilTitled(page, OVER);
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.goBack();
    await untilTitled(page, OVER);
  });

  it('survive a double click, and a second window', async () => {
    const second = await context.newPage();
    await logIn();
    await untilTitled(page, CONSENT);
    await second.goto(page.url());
    await page.bringToFront();
    await page.getByRole('button', { name: 'Allow' }).dblclick();
    await untilTitled(page, OVER, 'Demo app');
    await second.getByRole('button', { name: 'Deny' }).click();
    await untilTitled(second, OVER);
  });

  it('take no answer from a page of before another login', async () => {
    await logIn();
    await untilTitled(page, CONSENT);
    const second = await context.newPage();
    await second.goto(page.url());
    await second.getByRole('button', { name: 'Log in as somebody else' }).click();
    await second.getByLabel('Username').fill('admin');
    await second.getByLabel('Password').fill('admin-password');
    await second.getByRole('button', { name: 'Log in' }).click();
    await untilTitled(second, CONSENT);
    await page.bringToFront();
    await answer('Allow');
    await untilTitled(page, 'This page was out of date - Articles');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Show it again' }).click();
    await untilTitled(page, CONSENT);
    expect(await page.locator('main').textContent()).toContain('for you, admin');
  });

  it('work with the keyboard alone, in the order they are read', async () => {
    await untilFocused(page, 'username');
    await page.keyboard.type('demo');
    await page.keyboard.press('Tab');
    await page.keyboard.type('demo-password');
    await page.keyboard.press('Enter');
    await untilTitled(page, CONSENT);
    const order: unknown[] = [];
    for (let press = 0; press < 3; press += 1) {
      await page.keyboard.press('Tab');
      order.push(await focused(page));
    }
    expect(order).toEqual(['Allow', 'Deny', 'Log in as somebody else']);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await atClient()).toHaveProperty('code');
  });

  it('are shown in no frame of another site', async () => {
    const frame = `<iframe src="${page.url()}"></iframe>`;
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.goto(client.redirectUri);
    await page.setContent(frame);
    expect((await refused).text()).toContain('127.0.0.1');
  });

  describeDevicesInBrowser(() => app, { page: () => page, complaints: () => complaints });

  describe('without a script, on a small screen', () => {
    beforeAll(async () => {
      await context.close();
      await open({ javaScriptEnabled: false, viewport: { width: 320, height: 480 } });
    });

    it('work all the same', async () => {
      await logIn();
      await untilTitled(page, CONSENT);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBeLessThanOrEqual(320);
      await answer('Allow');
      expect(await atClient()).toHaveProperty('code');
    });

    describeDeviceOnSmallScreen(
      () => app,
      () => page,
    );
  });
});
