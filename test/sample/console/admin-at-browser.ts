import type { Page } from 'playwright-core';
import { focused, untilFocused, untilTitled } from '../../support/browser/page-states.js';
import type { SampleApp } from '../sample-app.js';

const LOGIN = 'Log in - Articles';

/** Somebody at the console, at a real browser. Each step ends when its page is there. */
export class AdminAtBrowser {
  constructor(
    readonly page: Page,
    private readonly app: SampleApp,
  ) {}

  async open(path: string, title: string): Promise<void> {
    await this.page.goto(`${this.app.url}/console${path}`);
    await this.untilTitled(title);
  }

  async logIn(
    path: string,
    title: string,
    username = 'admin',
    password = `${username}-password`,
  ): Promise<void> {
    await this.page.context().clearCookies();
    await this.page.goto(`${this.app.url}/console${path}`);
    await untilTitled(this.page, LOGIN);
    await this.page.getByLabel('Username').fill(username);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Log in' }).click();
    await this.untilTitled(title);
  }

  untilTitled(...titles: readonly string[]): Promise<void> {
    return untilTitled(this.page, ...titles.map((title) => `${title} - Articles`));
  }

  /** Follows a link of the navigation. */
  async goTo(name: string, title: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name }).click();
    await this.untilTitled(title);
  }

  focused(): Promise<string> {
    return focused(this.page);
  }

  untilFocused(name: string): Promise<void> {
    return untilFocused(this.page, name);
  }

  /** Goes on with the tabulator until something has the focus; fails when it never has. */
  async tabTo(name: string): Promise<void> {
    const passed: unknown[] = [];
    for (let press = 0; press < 60; press += 1) {
      await this.page.keyboard.press('Tab');
      passed.push(await this.focused());
      if (passed.at(-1) === name) return;
    }
    throw new Error(`no way to ${name} with the keyboard, only to ${passed.join(', ')}`);
  }

  /** How wide the page is. */
  width(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth') as Promise<number>;
  }
}
