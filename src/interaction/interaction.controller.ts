import { Body, Controller, Get, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { type AuthorizationRequest, AuthorizationService, Public } from 'nestjs-gatehouse';
import { BrowserLogins } from '../browser-logins/browser-logins.service.js';
import { loginPage } from '../browser-logins/login.page.js';
import { PageLogins } from '../browser-logins/page-logins.service.js';
import { Browser, type HttpRequest } from '../pages/browser.js';
import { Form } from '../pages/form.js';
import { PageFilter } from '../pages/page.filter.js';
import { type PageResponse, sendOn, sendPage } from '../pages/page.js';
import { StaleFormError } from '../pages/stale-form.error.js';
import { interactionPath } from './app.interaction.js';
import { consentPage } from './consent.page.js';
import { InteractionService, type NextStep } from './interaction.service.js';
import { loginQuestion, type Question } from './question.js';

/** What was asked of a browser. */
interface Asked {
  readonly browser: Browser;
  readonly request: AuthorizationRequest;
}

/** The pages at which people log in and agree, without a script. Forms are answered with 303, or with the page and what is wrong. */
@Public()
@UseFilters(PageFilter)
@Controller('interaction')
export class InteractionController {
  constructor(
    private readonly authorization: AuthorizationService,
    private readonly interaction: InteractionService,
    private readonly logins: BrowserLogins,
    private readonly pageLogins: PageLogins,
  ) {}

  @Get()
  async show(
    @Query('request') handle: unknown,
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) response: PageResponse,
  ): Promise<string> {
    const request = await this.authorization.read(String(handle), http);
    const asked = { browser: Browser.of(http).keep(response), request };
    return lead(response, asked, await this.interaction.next({ http, browser: asked.browser.id, request }));
  }

  @Post('login')
  async login(
    @Body() body: unknown,
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) response: PageResponse,
  ): Promise<string> {
    const form = new Form(body);
    const asked = await this.asked(form, http);
    const { handle, client } = asked.request;
    const purpose = { requestHandle: handle, clientId: client.id, ip: http.ip };
    const refused = await this.pageLogins.logIn(form, asked.browser, purpose, response);
    if (refused === undefined) return sendOn(response, interactionPath(handle));
    return sendPage(response, loginPage(loginQuestion(questionOf(asked)), refused));
  }

  @Post('consent')
  async consent(
    @Body() body: unknown,
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) response: PageResponse,
  ): Promise<string> {
    const form = new Form(body);
    const { browser, request } = await this.asked(form, http);
    const isAllowed = form.text('answer') === 'allow';
    const next = await this.interaction.answer({ http, browser: browser.id, request }, isAllowed);
    return sendOn(response, next.step === 'go on' ? next.to : interactionPath(request.handle));
  }

  @Post('logout')
  async logout(
    @Body() body: unknown,
    @Req() http: HttpRequest,
    @Res({ passthrough: true }) response: PageResponse,
  ): Promise<string> {
    const { browser, request } = await this.asked(new Form(body), http);
    await this.logins.logout(browser.id);
    return sendOn(response, interactionPath(request.handle));
  }

  /** What a form answers. @throws StaleFormError unless this browser was shown it as it is now (CSRF) */
  private async asked(form: Form, http: HttpRequest): Promise<Asked> {
    const request = await this.authorization.read(form.text('request'), http);
    const browser = Browser.of(http);
    if (!browser.wrote(request.handle, form.text('form_token')))
      throw new StaleFormError(interactionPath(request.handle));
    return { browser, request };
  }
}

const questionOf = ({ browser, request }: Asked): Question => ({
  request,
  formToken: browser.formToken(request.handle),
});

function lead(response: PageResponse, asked: Asked, next: NextStep): string {
  switch (next.step) {
    case 'log in':
      return sendPage(response, loginPage(loginQuestion(questionOf(asked))));
    case 'consent':
      return sendPage(response, consentPage(questionOf(asked), next.username));
    case 'go on':
      return sendOn(response, next.to);
  }
}
