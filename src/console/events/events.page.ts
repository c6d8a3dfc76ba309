import { html, type Html, shownName } from '../../pages/html.js';
import type { Page } from '../../pages/page.js';
import { consolePath } from '../console-path.js';
import { consolePage, scrolling } from '../console.page.js';
import { moment } from '../moments.js';
import type { Visitor } from '../visitor.js';
import { type EventRecord, KEPT_EVENTS } from './recent-events.service.js';

const LOOKS = { success: 'good', refused: 'warn', failure: 'bad', alert: 'bad' } as const;
type Outcome = keyof typeof LOOKS;

// What has a column of its own.
const SHOWN = new Set(['event', 'time', 'outcome', 'address', 'subject']);

export const isOutcome = (wanted: unknown): wanted is Outcome =>
  typeof wanted === 'string' && Object.hasOwn(LOOKS, wanted);

/** The last events, the newest first. */
export function eventsPage(
  visitor: Visitor,
  records: readonly EventRecord[],
  { outcome, now }: { readonly outcome: Outcome | undefined; readonly now: number },
): Page {
  const filter = (name: Outcome | undefined): Html =>
    html`<li>
      <a href="${consolePath('/events', { outcome: name })}" ${name === outcome && html`aria-current="true"`}
        >${name ?? 'all'}</a
      >
    </li>`;
  return consolePage(visitor, {
    place: '/events',
    title: outcome === undefined ? 'Events' : `Events: ${outcome}`,
    heading: html`The last events`,
    content: html`<p>
        Of this process, since it started; at most ${KEPT_EVENTS} of each outcome are kept. An audit log of
        all instances is written elsewhere.
      </p>
      <nav aria-label="Outcome">
        <ul class="legend">
          ${[undefined, ...(Object.keys(LOOKS) as Outcome[])].map(filter)}
        </ul>
      </nav>
      ${records.length === 0 ? html`<p>There are none.</p>` : eventTable(records, now)}`,
  });
}

export function eventTable(records: readonly EventRecord[], now: number): Html {
  return scrolling(
    'Events',
    html`<table>
      <thead>
        <tr>
          <th scope="col">When (UTC)</th>
          <th scope="col">Event</th>
          <th scope="col">Who</th>
          <th scope="col">From</th>
          <th scope="col">More</th>
        </tr>
      </thead>
      <tbody>
        ${records.map((record) => rowOf(record, now))}
      </tbody>
    </table>`,
  );
}

function rowOf(record: EventRecord, now: number): Html {
  const { event, time, outcome } = record;
  const facts = record as unknown as Readonly<Record<string, unknown>>;
  const more = Object.entries(facts).filter(([name]) => !SHOWN.has(name));
  return html`<tr>
    <td>${moment(time, now)}</td>
    <th scope="row"><code>${event}</code> <span class="state ${LOOKS[outcome]}">${outcome}</span></th>
    <td>${textOf(facts['subject'])}</td>
    <td>${textOf(facts['address'])}</td>
    <td class="words">
      ${more.map(([name, value]) => html`<span class="fact"><span class="faint">${name}</span> ${textOf(value)}</span> `)}
    </td>
  </tr>`;
}

function textOf(value: unknown): Html | undefined {
  if (value === undefined) return undefined;
  return shownName(typeof value === 'string' ? value : JSON.stringify(value));
}
