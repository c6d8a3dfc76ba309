import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Browser, type HttpRequest } from '../pages/browser.js';

const LASTS_MS = 60_000;
const TOLD = /[?&]done=([a-z-]+\.\d{1,16})\.([\w-]{43})$/;

const questionOf = (told: string, location: string): string => `done ${told} ${location}`;

/** An address that says what a form has just done: to this browser, for a minute. Nobody else can write a link that says so. */
export function withDeed(browser: Browser, location: string, deed: string, now: number): string {
  const told = `${deed}.${now}`;
  const proof = browser.formToken(questionOf(told, location));
  return `${location}${location.includes('?') ? '&' : '?'}done=${told}.${proof}`;
}

/** What a form has just done, if this is the address that it led to. */
export function deedAt(browser: Browser, address: string, now: number): string | undefined {
  const [notice = '', told = '', proof = ''] = TOLD.exec(address) ?? [];
  const [deed, at] = told.split('.');
  // Instances have clocks of their own.
  const isRecent = Math.abs(now - Number(at)) < LASTS_MS;
  const location = address.slice(0, address.length - notice.length);
  return isRecent && browser.wrote(questionOf(told, location), proof) ? deed : undefined;
}

/** The parameter of a handler that is what a form has just done. */
export const Deed = createParamDecorator((_: undefined, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<HttpRequest & { readonly url: string }>();
  return deedAt(Browser.of(request), request.url, Date.now());
});
