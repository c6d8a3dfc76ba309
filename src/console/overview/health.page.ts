import type { HealthReport } from 'nestjs-gatehouse';
import { html, type Html } from '../../pages/html.js';
import type { Page } from '../../pages/page.js';
import { consolePage, scrolling } from '../console.page.js';
import { moment } from '../moments.js';
import type { Visitor } from '../visitor.js';

type Status = HealthReport['status'];

const LOOKS: Readonly<Record<Status, string>> = { up: 'good', degraded: 'warn', down: 'bad' };

const MEANINGS = {
  store: 'Where sessions, revocations and limits are kept',
  keys: 'Keys that sign and verify tokens',
  rbac: 'Roles and what they grant',
  throttler: 'Limits of requests and of failed logins',
} as const;

export const statusOf = (status: Status): Html => html`<span class="state ${LOOKS[status]}">${status}</span>`;

/** The health of this process, reasons included: they are for operators. */
export function healthPage(visitor: Visitor, { status, components }: HealthReport, now: number): Page {
  const names = Object.keys(MEANINGS) as (keyof typeof MEANINGS)[];
  return consolePage(visitor, {
    place: '/health',
    title: `Health: ${status}`,
    heading: html`Health: ${statusOf(status)}`,
    content: html`<p>
        Of this process, looked at just now. What is down is answered 503; nothing has to be reset when it is
        over.
      </p>
      ${scrolling(
        'Components',
        html`<table>
          <thead>
            <tr>
              <th scope="col">Component</th>
              <th scope="col">Status</th>
              <th scope="col">Why</th>
              <th scope="col">Since (UTC)</th>
            </tr>
          </thead>
          <tbody>
            ${names.map((name) => rowOf(name, components, now))}
          </tbody>
        </table>`,
      )}`,
  });
}

function rowOf(name: keyof typeof MEANINGS, components: HealthReport['components'], now: number): Html {
  const { status, reason, since } = components[name];
  return html`<tr>
    <th scope="row">
      ${name} <span class="faint">${name === 'store' && `in ${components.store.medium}`}</span>
      <p class="faint">${MEANINGS[name]}</p>
    </th>
    <td>${statusOf(status)}</td>
    <td class="words">${reason}</td>
    <td>${since !== undefined && moment(since, now)}</td>
  </tr>`;
}
