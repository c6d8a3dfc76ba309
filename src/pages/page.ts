import { html, type Html } from './html.js';
import { style } from './style.css.js';
import { Style } from './style.js';

/** A page to be shown to a person. */
export interface Page {
  /** @default 200 */
  readonly status?: number;
  /** What the page is and the state it is in: the first thing that a screen reader tells. */
  readonly title: string;
  readonly content: Html;
  /** What stands before the content: where else one can go. */
  readonly header?: Html | undefined;
  /** What its part of the app adds to the look of all pages. */
  readonly style?: Style;
  /** Where an answer to its forms may lead, besides this app: see `formTarget()`. */
  readonly formTargets?: readonly string[];
  /** When it is worth to try again. */
  readonly retryAfterSeconds?: number | undefined;
}

/** What both platforms can do with an answer. */
export interface PageResponse {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
}

const SITE = 'Articles';
const STYLE = new Style(style);

/** Writes status and headers of a page. @returns its body */
export function sendPage(response: PageResponse, page: Page): string {
  response.status(page.status ?? 200);
  for (const [name, value] of Object.entries(headersOf(page))) response.header(name, value);
  return documentOf(page);
}

/** Leads a browser on after a form (RFC 9110 §15.4.4): loading the next page again doesn't send the form again. */
export function sendOn(response: PageResponse, location: string): string {
  response.status(303);
  response.header('Location', location);
  response.header('Cache-Control', 'no-store');
  response.header('Referrer-Policy', 'same-origin');
  return '';
}

function headersOf(page: Page): Record<string, string> {
  const { formTargets = [], retryAfterSeconds } = page;
  const policy = [
    "default-src 'none'",
    `style-src ${stylesOf(page)
      .map(({ source }) => source)
      .join(' ')}`,
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    // The address of an interaction is nobody else's business.
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
  };
}

const stylesOf = ({ style: own }: Page): readonly Style[] => (own === undefined ? [STYLE] : [STYLE, own]);

function documentOf(page: Page): string {
  const { title, header, content } = page;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - ${SITE}</title>
        ${stylesOf(page).map(({ element }) => element)}
      </head>
      <body>
        ${header}
        <main id="content">${content}</main>
      </body>
    </html>`;
  return String(document);
}
