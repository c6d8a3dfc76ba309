import type { AuthorizationRequest } from 'nestjs-gatehouse';
import { html, type Html } from '../pages/html.js';

/** What a page asks, and what shows that this browser was asked it. */
export interface Question {
  readonly request: AuthorizationRequest;
  readonly formToken: string;
}

/** The fields of each form that nobody fills in: what it belongs to, and the proof that this browser was shown it (CSRF). */
export const hiddenFields = ({ request, formToken }: Question): Html =>
  html` <input type="hidden" name="request" value="${request.handle}" />
    <input type="hidden" name="form_token" value="${formToken}" />`;
