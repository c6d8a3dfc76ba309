import { formTarget } from '../pages/form-target.js';
import { html } from '../pages/html.js';
import type { Page } from '../pages/page.js';
import { destinationOf, meaningOf } from '../pages/words.js';
import { hiddenIn, type Question } from './question.js';

/** Asks whether an application may act for somebody, and says for whom, what it may, and where that leads. */
export function consentPage(question: Question, username: string): Page {
  const { client, scope, redirectUri } = question.request;
  return {
    title: `Allow ${client.name}?`,
    formTargets: [formTarget(redirectUri)],
    content: html` <h1>Allow ${client.name}?</h1>
      <p>
        <strong>${client.name}</strong> asks to use Articles for you, <strong>${username}</strong>. It could:
      </p>
      <ul>
        ${scope.map((each) => html`<li>${meaningOf(each)}</li>`)}
      </ul>
      <p>Either answer leads on to ${destinationOf(redirectUri)}.</p>
      <form method="post" action="/interaction/consent">
        ${hiddenIn(question)}
        <div class="actions">
          <button name="answer" value="allow">Allow</button>
          <button name="answer" value="deny" class="quiet">Deny</button>
        </div>
      </form>
      <form method="post" action="/interaction/logout" class="aside">
        ${hiddenIn(question)}
        <p>You are logged in as ${username}. Not you?</p>
        <button class="quiet">Log in as somebody else</button>
      </form>`,
  };
}
