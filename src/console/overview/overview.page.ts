import type { HealthReport } from 'nestjs-gatehouse';
import { html, type Html } from '../../pages/html.js';
import type { Page } from '../../pages/page.js';
import { consolePath } from '../console-path.js';
import { consolePage } from '../console.page.js';
import { eventTable } from '../events/events.page.js';
import type { EventRecord } from '../events/recent-events.service.js';
import type { Key } from '../keys/time-line.js';
import { lengthOf } from '../moments.js';
import { findForm } from '../sessions/users.page.js';
import type { Visitor } from '../visitor.js';
import { statusOf } from './health.page.js';

interface Overview {
  readonly health: HealthReport;
  readonly keys: readonly Key[];
  readonly blocked: number;
  readonly events: readonly EventRecord[];
  readonly now: number;
}

/** The first page: what is worth a look. */
export function overviewPage(visitor: Visitor, { health, keys, blocked, events, now }: Overview): Page {
  return consolePage(visitor, {
    place: '',
    title: 'Console',
    content: html`<h2 class="hidden">At a glance</h2>
      <ul class="tiles" role="list">
        ${tile('/health', 'Health', statusOf(health.status))}
        ${tile('/limits', 'Blocked clients', html`${blocked}`)}
        ${tile('/keys', 'Keys', html`${keys.length}`, keys.length === 0 ? undefined : signingOf(keys, now))}
      </ul>
      <h2>Sessions of a user</h2>
      ${findForm()}
      <h2>The last events</h2>
      ${events.length === 0 ? html`<p>None since this process started.</p>` : eventTable(events, now)}
      <p><a href="${consolePath('/events')}">All events</a></p>`,
  });
}

function signingOf(keys: readonly Key[], now: number): string {
  const signing = keys.find(({ state }) => state === 'active');
  if (signing === undefined) return 'none signs';
  return signing.activeFrom === undefined
    ? 'signing: given'
    : `signing for ${lengthOf(now - signing.activeFrom)}`;
}

const tile = (place: string, name: string, value: Html, more?: string): Html =>
  html`<li>
    <p><a href="${consolePath(place)}">${name}</a></p>
    <p class="big">${value}</p>
    ${more !== undefined && html`<p class="faint">${more}</p>`}
  </li>`;
