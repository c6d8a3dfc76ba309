import type { RateLimits } from 'nestjs-gatehouse';
import { html, type Html, shownName } from '../../pages/html.js';
import type { Page } from '../../pages/page.js';
import { consolePath } from '../console-path.js';
import { consolePage, nameField, scrolling } from '../console.page.js';
import { distanceOf, lengthOf } from '../moments.js';
import type { Visitor } from '../visitor.js';
import type { BlockedLogins, BlockedRequests, Client } from './blocked-clients.service.js';
import { limitsInForce, shownLimit } from './limits-in-force.js';
import { isRefused } from './refused.js';

/** What a client has used of each limit; without a client nothing was typed. */
export interface LookedAt {
  readonly typed: string;
  readonly client?: Client;
  readonly uses: readonly (Awaited<ReturnType<RateLimits['peek']>> & {
    readonly throttler: RateLimits['inForce']['throttlers'][number];
  })[];
}

interface Limits {
  readonly requests: readonly BlockedRequests[];
  readonly logins: readonly BlockedLogins[];
  readonly inForce: RateLimits['inForce'];
  readonly lookedAt: LookedAt | undefined;
  /** What a form has just done. */
  readonly done: string | undefined;
  readonly now: number;
}

const DONE: ReadonlyMap<unknown, string> = new Map([
  ['released', 'What the client has used of the limits was forgotten.'],
  [
    'forgiven',
    'The failed logins to the account were forgotten. Those of an address on all accounts still count.',
  ],
  [
    'forgiven-in-part',
    'The failed logins to the account were forgotten. From the addresses below its logins are still refused: too many failed there, on whatever accounts.',
  ],
]);

/** Who is kept out now, what a client has used, and the limits in force. */
export function limitsPage(visitor: Visitor, limits: Limits): Page {
  const { requests, logins, inForce, lookedAt, done } = limits;
  const count = requests.length + logins.length;
  const message = DONE.get(done);
  const title = `Limits: ${count} blocked`;
  return consolePage(visitor, {
    place: '/limits',
    title: message === undefined ? title : `Done: ${title}`,
    heading: html`Limits and blocked clients`,
    content: html`${message !== undefined && html`<p class="note" role="status">${message}</p>`}
      <h2>Blocked now</h2>
      ${
        count === 0
          ? html`<p>Nobody, as far as this process was told.</p>`
          : scrolling('Blocked clients', blockedTable(visitor, limits))
      }
      <h2>What a client has used</h2>
      ${lookForm(lookedAt)} ${lookedAt?.client !== undefined && useTable(visitor, lookedAt)}
      ${visitor.mayChange && forgiveTyped(visitor)}
      <h2>In force</h2>
      ${limitsInForce(inForce)}`,
  });
}

function blockedTable(visitor: Visitor, { requests, logins, now }: Limits): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Who</th>
        <th scope="col">From</th>
        <th scope="col">Refused</th>
        <th scope="col">Until</th>
        ${visitor.mayChange && html`<th scope="col" class="act"><span class="hidden">Let in</span></th>`}
      </tr>
    </thead>
    <tbody>
      ${logins.map((each) => loginRow(visitor, each, now))}
      ${requests.map((each) => requestRow(visitor, each, now))}
    </tbody>
  </table>`;
}

function loginRow(
  visitor: Visitor,
  { usernames, address, until, isOfAddress }: BlockedLogins,
  now: number,
): Html {
  const [user] = usernames;
  const names = usernames.map((name, at) => html`${at > 0 && ', '}${shownName(name)}`);
  // What the address did on all accounts can't be forgiven.
  const form = !isOfAddress && user !== undefined && forgiveForm(visitor, user);
  return html`<tr>
    <th scope="row">
      ${user === undefined ? html`<span class="faint">a name that no user has</span>` : names}
    </th>
    <td>${address ?? 'unknown'}</td>
    <td>logins: too many failed${isOfAddress && ' from this address, on whatever accounts'}</td>
    <td>${distanceOf(until, now)}</td>
    ${visitor.mayChange && html`<td class="act">${form}</td>`}
  </tr>`;
}

function requestRow(visitor: Visitor, { client, limit, until }: BlockedRequests, now: number): Html {
  return html`<tr>
    <th scope="row">${shownName(nameOf(client))}</th>
    <td>${'ip' in client ? client.ip : 'everywhere'}</td>
    <td>requests: limit <code>${limit}</code></td>
    <td>${distanceOf(until, now)}</td>
    ${visitor.mayChange && html`<td class="act">${releaseForm(visitor, client)}</td>`}
  </tr>`;
}

const nameOf = (client: Client): string => ('ip' in client ? client.ip : client.user);

const forgiveForm = (visitor: Visitor, user: string): Html =>
  html`<form method="post" action="${consolePath('/limits/forgive')}">
    ${visitor.hidden({ user })}
    <button class="quiet small">
      Forgive<span class="hidden"> the failed logins of ${shownName(user)}</span>
    </button>
  </form>`;

const releaseForm = (visitor: Visitor, client: Client): Html =>
  html`<form method="post" action="${consolePath('/limits/release')}">
    ${visitor.hidden({ client: nameOf(client) })}
    <button class="quiet small">Release<span class="hidden"> ${shownName(nameOf(client))}</span></button>
  </form>`;

const lookForm = (lookedAt: LookedAt | undefined): Html =>
  html`<form method="get" action="${consolePath('/limits')}" class="find" role="search">
    ${nameField('client', 'Address, or user name', { value: lookedAt?.typed })}
    <button>Look</button>
  </form>`;

/** Also for accounts that aren't in the list. */
const forgiveTyped = (visitor: Visitor): Html =>
  html`<h2>Failed logins of a user</h2>
    <form method="post" action="${consolePath('/limits/forgive')}" class="find">
      ${visitor.hidden()} ${nameField('user', 'User name', { isRequired: true })}
      <button>Forgive</button>
    </form>`;

function useTable(visitor: Visitor, { client, uses }: LookedAt): Html {
  if (uses.length === 0) return html`<p>No limit counts this kind of client.</p>`;
  const rows = uses.map(({ throttler, routes, ...shared }) => {
    const { name, limit } = throttler;
    const inTime = shared.blockedMs > 0 && ` for ${lengthOf(shared.blockedMs)}`;
    return html`<tr>
      <th scope="row"><code>${name}</code></th>
      <td>${shared.used} of ${shownLimit(limit)}</td>
      <td>${isRefused(throttler, shared) ? html`yes${inTime}` : 'no'}</td>
      <td class="words">
        ${routes.map(({ route, used, blockedMs }) => html`<div>${route}: ${used}${blockedMs > 0 && ', refused'}</div>`)}
      </td>
    </tr>`;
  });
  const isUsed = uses.some(({ used, blockedMs, routes }) => used > 0 || blockedMs > 0 || routes.length > 0);
  return html`${scrolling(
    'Use of limits',
    html`<table>
      <thead>
        <tr>
          <th scope="col">Limit</th>
          <th scope="col">Used</th>
          <th scope="col">Refused</th>
          <th scope="col">On routes with their own</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  )}
  ${visitor.mayChange && isUsed && client !== undefined && releaseForm(visitor, client)}`;
}
