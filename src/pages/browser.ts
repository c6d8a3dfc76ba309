import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PageResponse } from './page.js';

// A page of another site can't make a browser send it with a form (Lax), and no other host can set it (`__Host-`).
// Chromium and Firefox keep it on http://localhost as well, Safari wants https.
const COOKIE = '__Host-articles_browser';
const FORM = /^[\w-]{43}$/;

/** What both platforms tell of a request. */
export interface HttpRequest {
  readonly headers: { readonly cookie?: string | undefined };
  readonly ip?: string | undefined;
}

/** The browser behind a request, known by a random cookie. It is another one after each login (session fixation). */
export class Browser {
  private constructor(
    readonly id: string,
    readonly isNew: boolean,
  ) {}

  static of({ headers }: HttpRequest): Browser {
    const pairs = (headers.cookie ?? '').split(/; */);
    const id = pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? '';
    return FORM.test(id) ? new Browser(id, false) : Browser.fresh();
  }

  static fresh(): Browser {
    return new Browser(randomBytes(32).toString('base64url'), true);
  }

  /** Has the browser remember itself, until it is closed. */
  keep(response: PageResponse): this {
    if (this.isNew)
      response.header('Set-Cookie', `${COOKIE}=${this.id}; Path=/; HttpOnly; Secure; SameSite=Lax`);
    return this;
  }

  /** What the forms of one question carry: only this browser was ever shown it. */
  formToken(question: string): string {
    return createHmac('sha256', this.id).update(question).digest('base64url');
  }

  /** Whether a form was written for this browser and this question. */
  wrote(question: string, formToken: string): boolean {
    const [expected, given] = [Buffer.from(this.formToken(question)), Buffer.from(formToken)];
    return !this.isNew && expected.length === given.length && timingSafeEqual(expected, given);
  }
}
