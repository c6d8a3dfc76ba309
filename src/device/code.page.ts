import { errorAttributes, errorOf, errorSummary, type FieldErrors } from '../pages/field-errors.js';
import { html } from '../pages/html.js';
import type { Page } from '../pages/page.js';
import { type DeviceQuestion, notYou } from './device-question.js';

/** Why a code leads nowhere. */
export type RefusedCode = 'missing' | 'unknown';

const REFUSALS: Readonly<Record<RefusedCode, { readonly status: number; readonly message: string }>> = {
  missing: { status: 422, message: 'Enter the code' },
  // Misspelt, answered or too old: to tell which would help whoever guesses.
  unknown: { status: 404, message: 'No device waits with this code. Compare it with what your device shows' },
};

/** Asks for the code that a device shows. The answer is an address, which can be loaded again, and changes nothing. */
export function codePage(question: DeviceQuestion, username: string, refused?: RefusedCode): Page {
  const refusal = refused && REFUSALS[refused];
  const errors: FieldErrors = refusal === undefined ? {} : { user_code: refusal.message };
  return {
    status: refusal?.status ?? 200,
    title: refusal === undefined ? 'Connect a device' : 'Error: Connect a device',
    content: html` <h1>Connect a device</h1>
      ${errorSummary(errors)}
      <p>Your device shows a code of eight letters. Capitals and dashes do not matter.</p>
      <form method="get" action="/device" novalidate>
        <label for="user_code">Code</label>
        <input
          id="user_code"
          name="user_code"
          value="${question.userCode}"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          required
          autofocus
          ${errorAttributes('user_code', errors)}
        />
        ${errorOf('user_code', errors)}
        <div class="actions"><button>Continue</button></div>
      </form>
      ${notYou(question, username)}`,
  };
}
