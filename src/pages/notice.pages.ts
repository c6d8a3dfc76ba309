import { html, type Html } from './html.js';
import type { Page } from './page.js';

/** Answered in this window or another one, waited too long, or begun in another browser: what to do is the same. */
export const overPage = (): Page =>
  notice(
    410,
    'This request is over',
    'It was answered already, or it has expired. Go back to the application or device. If you are not logged in there, begin again.',
  );

export const stalePage = (path: string): Page =>
  notice(
    403,
    'This page was out of date',
    'Somebody logged in or out in this browser meanwhile, or it keeps no cookies. Nothing was sent on.',
    html`<p><a href="${path}">Show it again</a></p>`,
  );

export const tooManyPage = (retryAfterSeconds: number | undefined): Page => ({
  ...notice(429, 'Too many attempts', 'Wait a while, then go back and try again.'),
  retryAfterSeconds,
});

export const awayPage = (retryAfterSeconds: number | undefined): Page => ({
  ...notice(503, 'Not available at the moment', 'Nothing is lost: go back and try again in a few seconds.'),
  retryAfterSeconds,
});

export const failedPage = (): Page =>
  notice(500, 'Something went wrong', 'It was written down. Go back and try again.');

function notice(status: number, title: string, text: string, more?: Html): Page {
  return {
    status,
    title,
    content: html`<h1>${title}</h1>
      <p>${text}</p>
      ${more}`,
  };
}
