import { html, type Html } from './html.js';

/** The fields of a form that nobody fills in: what it belongs to, and the proof that this browser was shown it (CSRF). */
export const hiddenFields = (fields: Readonly<Record<string, string>>): Html =>
  html`${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" /> `)}`;
