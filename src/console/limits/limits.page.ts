import type { RateLimits } from 'nestjs-gatehouse';
import { html, type Html } from '../../pages/html.js';
import type { Page } from '../../pages/page.js';
import { consolePath } from '../console-path.js';
import { consolePage, scrolling } from '../console.page.js';
import { distanceOf } from '../moments.js';
import type { Visitor } from '../visitor.js';
import type { NamedLogins } from './account-names.service.js';
import type { BlockedRequests, Client } from './blocked-clients.service.js';
import { limitsInForce, shownLimit } from './limits-in-force.js';

/** What a client has used of each limit; without a client nothing was typed. */
export interface LookedAt {
  readonly typed: string;
  readonly client?: Client;
  readonly uses: readonly (Awaited<ReturnType<RateLimits['peek']>> & {
    readonly name: string;
    readonly limit: unknown;
  })[];
}

interface Limits {
  readonly requests: readonly BlockedRequests[];
  readonly logins: readonly NamedLogins[];
  readonly inForce: RateLimits['inForce'];
  readonly lookedAt: LookedAt | undefined;
  /** What a form has just done. */
  readonly done: unknown;
  readonly now: number;
}

const DONE: ReadonlyMap<unknown, string> = new Map([
  ['released', 'What the client has used of the limits was forgotten.'],
  [
    'forgiven',
    'The failed logins to the account were forgotten. Those of an address on all accounts still count.',
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

function loginRow(visitor: Visitor, { username, address, until }: NamedLogins, now: number): Html {
  return html`<tr>
    <th scope="row">${username ?? html`<span class="faint">a name that no user has</span>`}</th>
    <td>${address ?? 'unknown'}</td>
    <td>logins: too many failed</td>
    <td>${distanceOf(until, now)}</td>
    ${visitor.mayChange && html`<td class="act">${username !== undefined && forgiveForm(visitor, username)}</td>`}
  </tr>`;
}

function requestRow(visitor: Visitor, { client, limit, until }: BlockedRequests, now: number): Html {
  return html`<tr>
    <th scope="row">${nameOf(client)}</th>
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
    <button class="quiet small">Forgive<span class="hidden"> the failed logins of ${user}</span></button>
  </form>`;

const releaseForm = (visitor: Visitor, client: Client): Html =>
  html`<form method="post" action="${consolePath('/limits/release')}">
    ${visitor.hidden({ client: nameOf(client) })}
    <button class="quiet small">Release<span class="hidden"> ${nameOf(client)}</span></button>
  </form>`;

const lookForm = (lookedAt: LookedAt | undefined): Html =>
  html`<form method="get" action="${consolePath('/limits')}" class="find" role="search">
    <div>
      <label for="client">Address, or user name</label>
      <input
        id="client"
        name="client"
        value="${lookedAt?.typed}"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
      />
    </div>
    <button>Look</button>
  </form>`;

function useTable(visitor: Visitor, { client, uses }: LookedAt): Html {
  const used = (limit: unknown, units: number): string => `${units} of ${shownLimit(limit)}`;
  const rows = uses.map(
    ({ name, limit, used: units, blockedMs, routes }) =>
      html`<tr>
        <th scope="row"><code>${name}</code></th>
        <td>${used(limit, units)}</td>
        <td>${blockedMs > 0 ? distanceOf(blockedMs, 0) : 'no'}</td>
        <td class="words">
          ${routes.map(({ route, used: onRoute }) => html`<div>${route}: ${onRoute}</div>`)}
        </td>
      </tr>`,
  );
  return html`${scrolling(
    'Use of limits',
    html`<table>
      <thead>
        <tr>
          <th scope="col">Limit</th>
          <th scope="col">Used</th>
          <th scope="col">Blocked</th>
          <th scope="col">On routes with their own</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  )}
  ${visitor.mayChange && client !== undefined && releaseForm(visitor, client)}`;
}
