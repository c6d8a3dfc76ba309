import { Controller, Get, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { Public } from 'nestjs-gatehouse';
import { BrowserLogins } from '../browser-logins/browser-logins.service.js';
import { loginPage, type LoginQuestion } from '../browser-logins/login.page.js';
import { PageLogins } from '../browser-logins/page-logins.service.js';
import { Browser, type HttpRequest } from '../pages/browser.js';
import { hiddenFields } from '../pages/hidden-fields.js';
import { html } from '../pages/html.js';
import { type PageResponse, sendOn, sendPage } from '../pages/page.js';
import { afterLogin, CONSOLE_PATH, consolePath } from './console-path.js';
import { ConsoleFilter } from './console.filter.js';
import { formOf, QUESTION } from './visitor.js';

const LOGIN_PATH = consolePath('/login');
const PURPOSE = { requestHandle: 'console', clientId: 'console' };

/** How people get into the console, and out of it. */
@Public()
@UseFilters(ConsoleFilter)
@Controller(CONSOLE_PATH)
export class ConsoleLoginController {
  constructor(
    private readonly logins: BrowserLogins,
    private readonly pageLogins: PageLogins,
  ) {}

  @Get('login')
  show(
    @Query('next') next: unknown,
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) response: PageResponse,
  ): string {
    const browser = Browser.of(http).keep(response);
    return sendPage(response, loginPage(question(browser, afterLogin(next))));
  }

  @Post('login')
  async login(@Req() http: HttpRequest, @Res({ passthrough: true }) response: PageResponse): Promise<string> {
    const form = formOf(http, LOGIN_PATH);
    const browser = Browser.of(http);
    const next = afterLogin(form.text('next'));
    const refused = await this.pageLogins.logIn(form, browser, { ...PURPOSE, ip: http.ip }, response);
    if (refused === undefined) return sendOn(response, next);
    return sendPage(response, loginPage(question(browser, next), refused));
  }

  @Post('logout')
  async logout(
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) response: PageResponse,
  ): Promise<string> {
    formOf(http, CONSOLE_PATH);
    await this.logins.logout(Browser.of(http).id);
    return sendOn(response, LOGIN_PATH);
  }
}

const question = (browser: Browser, next: string): LoginQuestion => ({
  purpose: html`to the console, which is for administrators`,
  action: LOGIN_PATH,
  hidden: hiddenFields({ next, form_token: browser.formToken(QUESTION) }),
});
