import { html, type Html } from '../../pages/html.js';
import type { Page } from '../../pages/page.js';
import { consolePage, scrolling } from '../console.page.js';
import { lengthOf, moment } from '../moments.js';
import type { Visitor } from '../visitor.js';
import { type Key, neverSigns, timeLine } from './time-line.js';

const STATES = {
  pending: { word: 'published, signs later', look: 'warn' },
  active: { word: 'signs', look: 'good' },
  retiring: { word: 'verifies only', look: 'faint' },
} as const;

/** The signing keys and their ages: no more of a key than its name. */
export function keysPage(visitor: Visitor, keys: readonly Key[], now: number): Page {
  return consolePage(visitor, {
    place: '/keys',
    title: 'Keys',
    content: html`<p>As this instance knows them. All change over at the same instants.</p>
      ${keys.length === 0 ? html`<p>There are none at the moment: their source does not answer.</p>` : shownKeys(keys, now)}`,
  });
}

const shownKeys = (keys: readonly Key[], now: number): Html =>
  html`${timeLine(keys, now)} ${scrolling('Keys', keyTable(keys, now))}`;

function rowOf(key: Key, now: number): Html {
  const { kid, algorithm, state, activeFrom } = key;
  const { signsFrom, signsUntil, verifiesUntil } = instantsOf(key);
  const shown = (at: number | string): Html =>
    typeof at === 'number' ? moment(at, now) : html`<span class="faint">${at}</span>`;
  return html`<tr>
    <th scope="row" class="words"><code>${kid}</code></th>
    <td>${algorithm}</td>
    <td><span class="state ${STATES[state].look}">${STATES[state].word}</span></td>
    <td class="nowrap">${activeFrom === undefined || activeFrom > now ? '' : lengthOf(now - activeFrom)}</td>
    <td>${shown(signsFrom)}</td>
    <td>${shown(signsUntil)}</td>
    <td>${shown(verifiesUntil)}</td>
  </tr>`;
}

/** Each an instant, or what is known instead. */
function instantsOf({ state, activeFrom, retiringFrom, retiredFrom }: Key) {
  const verifiesUntil = (otherwise: string) => retiredFrom ?? otherwise;
  if (neverSigns({ state, retiringFrom }))
    return {
      signsFrom: 'never',
      signsUntil: 'never',
      verifiesUntil: verifiesUntil('as long as it is given'),
    };
  if (activeFrom === undefined)
    return {
      signsFrom: 'given, nobody knows',
      signsUntil: retiringFrom ?? 'as long as it is given',
      verifiesUntil: verifiesUntil('as long as it is given'),
    };
  return {
    signsFrom: activeFrom,
    signsUntil: retiringFrom ?? 'when it is replaced',
    verifiesUntil: verifiesUntil('when its last tokens are over'),
  };
}

function keyTable(keys: readonly Key[], now: number): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Key (<code>kid</code>)</th>
        <th scope="col">Algorithm</th>
        <th scope="col">State</th>
        <th scope="col">Age</th>
        <th scope="col">Signs from (UTC)</th>
        <th scope="col">Signs until</th>
        <th scope="col">Verifies until</th>
      </tr>
    </thead>
    <tbody>
      ${keys.map((key) => rowOf(key, now))}
    </tbody>
  </table>`;
}
