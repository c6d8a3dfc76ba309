import { errorAttributes, errorOf, errorSummary, type FieldErrors } from '../pages/field-errors.js';
import { html, type Html } from '../pages/html.js';
import type { Page } from '../pages/page.js';

type Field = 'username' | 'password';

/** What a login is for. */
export interface LoginQuestion {
  readonly purpose: Html;
  /** Where the form goes. */
  readonly action: string;
  /** See `hiddenFields()`. */
  readonly hidden: Html;
  /** See `Page.formTargets`: where the answer may lead at once. */
  readonly formTargets?: readonly string[];
  /** Who it probably is. */
  readonly username?: string | undefined;
}

/** A login that was refused: what was typed besides the password, and what is wrong, by field. */
export interface RefusedLogin {
  readonly username: string;
  readonly errors: Partial<Record<Field, string>>;
}

/** Asks who it is. No script: a password manager fills it in, and Enter sends it. */
export function loginPage(question: LoginQuestion, refused?: RefusedLogin): Page {
  const { purpose, action, hidden, formTargets = [] } = question;
  const { username, errors } = refused ?? { username: question.username ?? '', errors: {} };
  const typedFirst: Field = username === '' || errors.username !== undefined ? 'username' : 'password';
  const attributes = (field: Field) => attributesOf(field, errors, typedFirst);
  return {
    status: refused === undefined ? 200 : 422,
    title: refused === undefined ? 'Log in' : 'Error: Log in',
    formTargets,
    content: html` <h1>Log in</h1>
      <p>${purpose}</p>
      ${errorSummary(errors)}
      <form method="post" action="${action}" novalidate>
        ${hidden}
        <label for="username">Username</label>
        <input
          id="username"
          name="username"
          value="${username}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          required
          ${attributes('username')}
        />
        ${errorOf('username', errors)}
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          ${attributes('password')}
        />
        ${errorOf('password', errors)}
        <div class="actions"><button>Log in</button></div>
      </form>`,
  };
}

const attributesOf = (field: Field, errors: FieldErrors, typedFirst: Field): Html =>
  html`${errorAttributes(field, errors)} ${field === typedFirst && html`autofocus`}`;
