import { html, type Html, shownName } from './html.js';

/** The two answers to the question above. @param hidden see `hiddenFields()` */
export const answerForm = (action: string, hidden: Html): Html =>
  html`<form method="post" action="${action}">
    ${hidden}
    <div class="actions">
      <button name="answer" value="allow">Allow</button>
      <button name="answer" value="deny" class="quiet">Deny</button>
    </div>
  </form>`;

/** Below a question, for whoever sits at the browser of somebody else. @param hidden see `hiddenFields()` */
export const notYouForm = (action: string, hidden: Html, username: string): Html =>
  html`<form method="post" action="${action}" class="aside">
    ${hidden}
    <p>You are logged in as ${shownName(username)}. Not you?</p>
    <button class="quiet">Log in as somebody else</button>
  </form>`;
