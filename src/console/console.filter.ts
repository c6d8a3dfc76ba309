import { type ArgumentsHost, Catch } from '@nestjs/common';
import type { AuthError, Principal } from 'nestjs-gatehouse';
import { Browser, type HttpRequest } from '../pages/browser.js';
import { notYouForm } from '../pages/answer-forms.js';
import { html } from '../pages/html.js';
import { stalePage } from '../pages/notice.pages.js';
import { PageFilter, statusOf } from '../pages/page.filter.js';
import { type Page, type PageResponse, sendOn, sendPage } from '../pages/page.js';
import { CONSOLE_PATH, consolePath } from './console-path.js';
import { visitorOf } from './visitor.js';

type RefusedRequest = HttpRequest & {
  readonly method: string;
  readonly url: string;
  readonly user?: Principal;
};

/** What else can go wrong in the console: nobody is logged in, or somebody who may not. */
@Catch()
export class ConsoleFilter extends PageFilter {
  protected override answer(error: unknown, host: ArgumentsHost, response: PageResponse): string {
    const request = host.switchToHttp().getRequest<RefusedRequest>();
    const code = (error as Partial<AuthError> | undefined)?.code;
    if (code === 'cross_site_request') return sendPage(response, stalePage(CONSOLE_PATH));
    switch (statusOf(error)) {
      case 401:
        return sendOn(response, loginPath(request));
      case 403:
        return sendPage(response, forbiddenPage(request));
      case 404:
        return sendPage(response, nowherePage());
      default:
        return super.answer(error, host, response);
    }
  }
}

/** The page that was asked for comes after the login; a form that was sent has to be filled in again. */
const loginPath = ({ method, url }: RefusedRequest): string =>
  consolePath('/login', { next: method === 'GET' && url !== CONSOLE_PATH ? url : undefined });

function forbiddenPage(request: RefusedRequest): Page {
  // Who came with a token has no login here to give up.
  const isLoggedIn = !Browser.of(request).isNew;
  const { username, hidden } = visitorOf(request, false);
  return {
    status: 403,
    title: 'Not for you',
    content: html`<h1>Not for you</h1>
      <p>Your roles do not allow this. Whoever manages users can give you one that does.</p>
      ${isLoggedIn && notYouForm(consolePath('/logout'), hidden(), username)}`,
  };
}

const nowherePage = (): Page => ({
  status: 404,
  title: 'Nothing here',
  content: html`<h1>Nothing here</h1>
    <p>There is no such user, session or route, or not any more.</p>
    <p><a href="${CONSOLE_PATH}">To the console</a></p>`,
});
