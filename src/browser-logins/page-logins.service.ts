import { Injectable } from '@nestjs/common';
import { Browser } from '../pages/browser.js';
import type { Form } from '../pages/form.js';
import type { PageResponse } from '../pages/page.js';
import { BrowserLogins, type PasswordLogin } from './browser-logins.service.js';
import type { RefusedLogin } from './login.page.js';
import { PageEvents } from './page-events.service.js';
import { TypedLogin } from './typed-login.js';

/** Logs people in with what they typed at the login page. */
@Injectable()
export class PageLogins {
  constructor(
    private readonly logins: BrowserLogins,
    private readonly events: PageEvents,
  ) {}

  /**
   * Logs in, and gives the browser another cookie: that of before may be known to somebody else.
   * @returns what is wrong
   * @throws AuthError `quota_exceeded`, `store_unavailable`
   */
  async logIn(
    form: Form,
    browser: Browser,
    purpose: Omit<PasswordLogin, 'username' | 'password'>,
    response: PageResponse,
  ): Promise<RefusedLogin | undefined> {
    const typed = TypedLogin.of(form);
    const refused = typed.refusal();
    if (refused !== undefined) return refused;
    const { username, password } = typed;
    const renewed = Browser.fresh();
    if (!(await this.logins.login(renewed.id, { ...purpose, username, password }))) return typed.wrong();
    const { clientId, ip } = purpose;
    this.events.tell({ event: 'page.login', subject: username, clientId, address: ip });
    await this.logins.logout(browser.id);
    renewed.keep(response);
    return undefined;
  }
}
