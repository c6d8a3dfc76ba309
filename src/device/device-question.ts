import type { LoginQuestion } from '../browser-logins/login.page.js';
import { notYouForm } from '../pages/answer-forms.js';
import { hiddenFields } from '../pages/hidden-fields.js';
import { html, type Html } from '../pages/html.js';

/** What the forms for a device carry. */
export interface DeviceQuestion {
  /** The code as it was typed, or as the link said; empty before. */
  readonly userCode: string;
  readonly formToken: string;
}

export const hiddenIn = ({ userCode, formToken }: DeviceQuestion): Html =>
  hiddenFields({ user_code: userCode, form_token: formToken });

/** Who it is, before anything is told of a device. */
export const loginQuestion = (question: DeviceQuestion): LoginQuestion => ({
  purpose: html`to connect a device`,
  action: '/device/login',
  hidden: hiddenIn(question),
});

/** Below the question, for whoever sits at the browser of somebody else. */
export const notYou = (question: DeviceQuestion, username: string): Html =>
  notYouForm('/device/logout', hiddenIn(question), username);
