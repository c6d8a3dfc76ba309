import { answerForm, notYouForm } from '../pages/answer-forms.js';
import { formTarget } from '../pages/form-target.js';
import { html } from '../pages/html.js';
import type { Page } from '../pages/page.js';
import { destinationOf, meaningOf } from '../pages/words.js';
import { hiddenIn, type Question } from './question.js';

/** Asks whether an application may act for somebody, and says for whom, what it may, and where that leads. */
export function consentPage(question: Question, username: string): Page {
  const { client, scope, redirectUri } = question.request;
  const hidden = hiddenIn(question);
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
      ${answerForm('/interaction/consent', hidden)} ${notYouForm('/interaction/logout', hidden, username)}`,
  };
}
