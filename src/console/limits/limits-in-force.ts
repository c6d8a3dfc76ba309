import type { RateLimits } from 'nestjs-gatehouse';
import { html, type Html } from '../../pages/html.js';
import { scrolling } from '../console.page.js';
import { lengthOf } from '../moments.js';

type InForce = RateLimits['inForce'];

const BUDGETS = {
  perAccountAndAddress: 'one account from one address',
  perAddress: 'one address on all accounts',
  perAccount: 'one account from everywhere',
} as const;

/** A number, unless the app is asked at each call. */
export const shownLimit = (limit: unknown): string =>
  typeof limit === 'number' ? String(limit) : 'as the app says';

const shownLength = (ms: unknown): string => (typeof ms === 'number' ? lengthOf(ms) : 'as the app says');

/** All limits, defaults included. */
export function limitsInForce({ throttlers, credentials }: InForce): Html {
  const budgets = (Object.keys(BUDGETS) as (keyof typeof BUDGETS)[]).flatMap((name) =>
    credentials[name].map(
      ({ failures, withinMs }) =>
        html`<tr>
          <th scope="row">failed logins of ${BUDGETS[name]}</th>
          <td>${failures}</td>
          <td>${lengthOf(withinMs)}</td>
          <td></td>
        </tr>`,
    ),
  );
  return scrolling(
    'Limits in force',
    html`<table>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">At most</th>
          <th scope="col">Within</th>
          <th scope="col">Then blocked</th>
        </tr>
      </thead>
      <tbody>
        ${throttlers.map(throttlerRow)} ${budgets}
      </tbody>
    </table>`,
  );
}

const throttlerRow = ({ name, limit, windowMs, blockMs, by, dryRun }: InForce['throttlers'][number]): Html =>
  html`<tr>
    <th scope="row">requests of ${by === 'ip' ? 'an address' : 'a user'} (<code>${name}</code>)</th>
    <td>${shownLimit(limit)}${dryRun && ', only counted'}</td>
    <td>${shownLength(windowMs)}</td>
    <td>${blockMs === 0 ? 'no longer than that' : shownLength(blockMs)}</td>
  </tr>`;
