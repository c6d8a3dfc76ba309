import { formTarget } from '../pages/form-target.js';
import { html, type Html } from '../pages/html.js';
import type { Page } from '../pages/page.js';
import { hiddenFields, type Question } from './hidden-fields.js';

type Field = 'username' | 'password';

/** A login that was refused: what was typed besides the password, and what is wrong, by field. */
export interface RefusedLogin {
  readonly username: string;
  readonly errors: Partial<Record<Field, string>>;
}

/** Asks who it is. No script: a password manager fills it in, and Enter sends it. */
export function loginPage(question: Question, refused?: RefusedLogin): Page {
  const { client, redirectUri, loginHint } = question.request;
  const { username, errors } = refused ?? { username: loginHint ?? '', errors: {} };
  const typedFirst: Field = username === '' || errors.username !== undefined ? 'username' : 'password';
  const attributes = (field: Field) => attributesOf(field, errors, typedFirst);
  return {
    status: refused === undefined ? 200 : 422,
    title: refused === undefined ? 'Log in' : 'Error: Log in',
    // The answer leads there at once for a client that needs no consent.
    formTargets: [formTarget(redirectUri)],
    content: html` <h1>Log in</h1>
      <p>to go on to <strong>${client.name}</strong></p>
      ${summaryOf(errors)}
      <form method="post" action="/interaction/login" novalidate>
        ${hiddenFields(question)}
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

function summaryOf(errors: RefusedLogin['errors']): Html | undefined {
  const messages = Object.entries(errors);
  if (messages.length === 0) return undefined;
  const links = messages.map(([field, message]) => html`<p><a href="#${field}">${message}</a></p>`);
  return html`<div class="summary" role="alert">${links}</div>`;
}

function attributesOf(field: Field, errors: RefusedLogin['errors'], typedFirst: Field): Html {
  const isWrong = errors[field] !== undefined;
  const wrong = isWrong && html`aria-invalid="true" aria-describedby="${field}-error"`;
  return html`${wrong} ${field === typedFirst && html`autofocus`}`;
}

function errorOf(field: Field, errors: RefusedLogin['errors']): Html | undefined {
  const message = errors[field];
  return message === undefined ? undefined : html`<p class="error" id="${field}-error">${message}</p>`;
}
