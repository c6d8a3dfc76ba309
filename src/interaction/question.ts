import type { AuthorizationRequest } from 'nestjs-gatehouse';
import type { LoginQuestion } from '../browser-logins/login.page.js';
import { formTarget } from '../pages/form-target.js';
import { hiddenFields } from '../pages/hidden-fields.js';
import { html, type Html } from '../pages/html.js';

/** What a page asks, and what shows that this browser was asked it. */
export interface Question {
  readonly request: AuthorizationRequest;
  readonly formToken: string;
}

/** What every form of a question carries. */
export const hiddenIn = ({ request, formToken }: Question): Html =>
  hiddenFields({ request: request.handle, form_token: formToken });

/** Who it is, before anything else. */
export function loginQuestion(question: Question): LoginQuestion {
  const { client, redirectUri, loginHint } = question.request;
  return {
    purpose: html`to go on to <strong>${client.name}</strong>`,
    action: '/interaction/login',
    hidden: hiddenIn(question),
    // The answer leads there at once for a client that needs no consent.
    formTargets: [formTarget(redirectUri)],
    username: loginHint,
  };
}
