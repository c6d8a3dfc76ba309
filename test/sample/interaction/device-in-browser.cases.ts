import type { Page } from 'playwright-core';
import { accessibilityFindings } from '../../support/browser/accessibility.js';
import { focused, untilFocused, untilTitled } from '../../support/browser/page-states.js';
import type { SampleApp } from '../sample-app.js';
import { type Begun, DemoDevice } from './demo-device.js';

const CODE_PAGE = 'Connect a device - Articles';
const CONFIRM = 'Allow Demo television? - Articles';
const ALLOWED = 'Go back to your device - Articles';

/** Somebody at the pages, with a device that waits. */
class DeviceUser {
  private constructor(
    readonly page: Page,
    readonly device: DemoDevice,
    readonly begun: Begun,
    private readonly url: string,
  ) {}

  static async of(app: SampleApp, page: Page): Promise<DeviceUser> {
    const device = new DemoDevice(app);
    return new DeviceUser(page, device, await device.begin(), app.url);
  }

  async open(path = '/device'): Promise<void> {
    await this.page.goto(this.url + path);
  }

  async logIn(): Promise<void> {
    await this.page.getByLabel('Username').fill('demo');
    await this.page.getByLabel('Password').fill('demo-password');
    await this.page.getByRole('button', { name: 'Log in' }).click();
  }

  async type(code: string): Promise<void> {
    await this.page.getByLabel('Code').fill(code);
    await this.page.getByRole('button', { name: 'Continue' }).click();
  }

  allow(): Promise<void> {
    return this.page.getByRole('button', { name: 'Allow' }).click();
  }

  untilTitled(...titles: readonly string[]): Promise<void> {
    return untilTitled(this.page, ...titles);
  }

  untilFocused(element: string): Promise<void> {
    return untilFocused(this.page, element);
  }

  async answer(): Promise<unknown> {
    const { status, body } = await this.device.poll(this.begun);
    return status === 200 ? 'tokens' : body['error'];
  }
}

export function describeDevicesInBrowser(
  started: () => SampleApp,
  screen: { readonly page: () => Page; readonly complaints: () => readonly string[] },
): void {
  describe('for devices', () => {
    let user: DeviceUser;
    let page: Page;

    beforeEach(async () => {
      page = screen.page();
      user = await DeviceUser.of(started(), page);
    });

    it('are accessible to the end, mistakes included, and lead to tokens', async () => {
      const look = async (title: string) => {
        await user.untilTitled(title);
        expect(await accessibilityFindings(page)).toEqual([]);
      };
      await user.open();
      await user.logIn();
      await look(CODE_PAGE);
      await user.type('bbbb bbbb');
      await look(`Error: ${CODE_PAGE}`);
      expect(await page.getByLabel('Code').inputValue()).toBe('BBBB-BBBB');
      await user.untilFocused('user_code');
      const message = 'No device waits with this code';
      expect(await page.getByRole('alert').textContent()).toContain(message);
      expect(await page.locator('#user_code-error').textContent()).toContain(message);
      await user.type(user.begun.userCode.toLowerCase().replace('-', ' '));
      await look(CONFIRM);
      await user.allow();
      await look(ALLOWED);
      expect(await user.answer()).toBe('tokens');
      // Chromium itself tells of an answer 404.
      expect(screen.complaints().filter((text) => !text.includes('404'))).toEqual([]);
    });

    it('work with the keyboard alone, in the order they are read', async () => {
      await user.open();
      await user.untilFocused('username');
      await page.keyboard.type('demo');
      await page.keyboard.press('Tab');
      await page.keyboard.type('demo-password');
      await page.keyboard.press('Enter');
      await user.untilTitled(CODE_PAGE);
      await user.untilFocused('user_code');
      await page.keyboard.type(user.begun.userCode.replace('-', ''));
      await page.keyboard.press('Enter');
      await user.untilTitled(CONFIRM);
      const order: unknown[] = [];
      for (let press = 0; press < 3; press += 1) {
        await page.keyboard.press('Tab');
        order.push(await focused(page));
      }
      expect(order).toEqual(['Allow', 'Deny', 'Log in as somebody else']);
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      await user.untilTitled('The device was not let in - Articles');
      expect(await user.answer()).toBe('access_denied');
    });

    it('ask also whoever comes by the link, and survive the back button', async () => {
      await user.open(user.begun.path);
      await user.logIn();
      await user.untilTitled(CONFIRM);
      expect(await user.answer()).toBe('authorization_pending');
      await user.allow();
      await user.untilTitled(ALLOWED);
      await page.goBack();
      await user.untilTitled(`Error: ${CODE_PAGE}`);
    });

    it('survive a double click', async () => {
      await user.open(user.begun.path);
      await user.logIn();
      await page.getByRole('button', { name: 'Allow' }).dblclick();
      await user.untilTitled(ALLOWED, 'This request is over - Articles');
      expect(await user.answer()).toBe('tokens');
    });
  });
}

export function describeDeviceOnSmallScreen(started: () => SampleApp, page: () => Page): void {
  it('let a device in', async () => {
    const user = await DeviceUser.of(started(), page());
    await user.open();
    await user.logIn();
    await user.type(user.begun.userCode);
    await user.untilTitled(CONFIRM);
    expect(await page().evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await user.allow();
    await user.untilTitled(ALLOWED);
    expect(await user.answer()).toBe('tokens');
  });
}
