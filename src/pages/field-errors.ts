import { html, type Html } from './html.js';

/** What is wrong with what was typed, by the id of the field. */
export type FieldErrors = Readonly<Record<string, string | undefined>>;

/** All that is wrong, before the form, each a link to its field; nothing when nothing is. */
export function errorSummary(errors: FieldErrors): Html | undefined {
  const messages = Object.entries(errors);
  if (messages.length === 0) return undefined;
  const links = messages.map(([field, message]) => html`<p><a href="#${field}">${message}</a></p>`);
  return html`<div class="summary" role="alert">${links}</div>`;
}

/** The attributes of a field that has an error below. */
export const errorAttributes = (field: string, errors: FieldErrors): Html | undefined =>
  errors[field] === undefined ? undefined : html`aria-invalid="true" aria-describedby="${field}-error"`;

/** What is wrong with a field, below it. */
export function errorOf(field: string, errors: FieldErrors): Html | undefined {
  const message = errors[field];
  return message === undefined ? undefined : html`<p class="error" id="${field}-error">${message}</p>`;
}
