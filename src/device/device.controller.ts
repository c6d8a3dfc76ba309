import { Body, Controller, Get, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { Public } from 'nestjs-gatehouse';
import { BrowserLogins } from '../browser-logins/browser-logins.service.js';
import { loginPage } from '../browser-logins/login.page.js';
import { PageLogins } from '../browser-logins/page-logins.service.js';
import { Browser, type HttpRequest } from '../pages/browser.js';
import { Form } from '../pages/form.js';
import { PageFilter } from '../pages/page.filter.js';
import { type PageResponse, sendOn, sendPage } from '../pages/page.js';
import { StaleFormError } from '../pages/stale-form.error.js';
import { codePage } from './code.page.js';
import { allowedPage, confirmPage, deniedPage } from './confirm.page.js';
import { DeviceAnswers } from './device-answers.service.js';
import { devicePath, shownCode } from './device-path.js';
import { type DeviceQuestion, loginQuestion } from './device-question.js';

// Which device it is going to be for is not looked up before somebody is logged in.
const PURPOSE = { requestHandle: 'device', clientId: 'device-page' };

/** A question, and the browser that was asked it. */
interface Asked {
  readonly browser: Browser;
  readonly question: DeviceQuestion;
}

/** The pages at which people let their devices in (RFC 8628 §3.3), without a script. Only who is logged in may try codes. */
@Public()
@UseFilters(PageFilter)
@Controller('device')
export class DeviceController {
  constructor(
    private readonly answers: DeviceAnswers,
    private readonly logins: BrowserLogins,
    private readonly pageLogins: PageLogins,
  ) {}

  @Get()
  async show(
    @Query('user_code') typed: unknown,
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) response: PageResponse,
  ): Promise<string> {
    const browser = Browser.of(http).keep(response);
    const userCode = typeof typed === 'string' ? shownCode(typed.trim()) : '';
    const question = questionOf(browser, userCode);
    const login = await this.logins.find(browser.id);
    if (login === undefined) return sendPage(response, loginPage(loginQuestion(question)));
    const { username } = login;
    if (userCode === '') {
      const refused = typed === undefined ? undefined : 'missing';
      return sendPage(response, codePage(question, username, refused));
    }
    const device = await this.answers.find(userCode, http);
    if (device === undefined) return sendPage(response, codePage(question, username, 'unknown'));
    return sendPage(response, confirmPage(question, username, device));
  }

  @Post('login')
  async login(
    @Body() body: unknown,
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) response: PageResponse,
  ): Promise<string> {
    const form = new Form(body);
    const { browser, question } = asked(form, http);
    const purpose = { ...PURPOSE, ip: http.ip };
    const refused = await this.pageLogins.logIn(form, browser, purpose, response);
    if (refused !== undefined) return sendPage(response, loginPage(loginQuestion(question), refused));
    return sendOn(response, devicePath(question.userCode));
  }

  @Post('answer')
  async answer(
    @Body() body: unknown,
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) response: PageResponse,
  ): Promise<string> {
    const form = new Form(body);
    const { browser, question } = asked(form, http);
    const login = await this.logins.find(browser.id);
    if (login === undefined) return sendOn(response, devicePath(question.userCode));
    const isAllowed = form.text('answer') === 'allow';
    await this.answers.answer(question.userCode, http, login, isAllowed);
    return sendOn(response, isAllowed ? '/device/allowed' : '/device/denied');
  }

  @Post('logout')
  async logout(
    @Body() body: unknown,
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) response: PageResponse,
  ): Promise<string> {
    const { browser, question } = asked(new Form(body), http);
    await this.logins.logout(browser.id);
    return sendOn(response, devicePath(question.userCode));
  }

  @Get('allowed')
  allowed(@Res({ passthrough: true }) response: PageResponse): string {
    return sendPage(response, allowedPage());
  }

  @Get('denied')
  denied(@Res({ passthrough: true }) response: PageResponse): string {
    return sendPage(response, deniedPage());
  }
}

const questionOf = (browser: Browser, userCode: string): DeviceQuestion => ({
  userCode,
  formToken: browser.formToken(contextOf(userCode)),
});

/** What a form answers. @throws StaleFormError unless this browser was shown it for this code (CSRF) */
function asked(form: Form, http: HttpRequest): Asked {
  const userCode = form.text('user_code');
  const browser = Browser.of(http);
  if (!browser.wrote(contextOf(userCode), form.text('form_token')))
    throw new StaleFormError(devicePath(userCode));
  return { browser, question: questionOf(browser, userCode) };
}

/** A form for one code is none for another one, nor for an authorization request. */
const contextOf = (userCode: string): string => `device ${userCode}`;
