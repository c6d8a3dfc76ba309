import type { Session } from 'nestjs-gatehouse';
import type { User } from '../../database/schema.js';
import { html, type Html, shownName } from '../../pages/html.js';
import type { Page } from '../../pages/page.js';
import { consolePath } from '../console-path.js';
import { consolePage, scrolling } from '../console.page.js';
import { moment } from '../moments.js';
import type { Visitor } from '../visitor.js';
import { findForm } from './users.page.js';

/** How many sessions are shown at once: as many as a user may have, unless options say otherwise. */
export const MOST_SESSIONS = 100;

interface SessionsOfUser {
  readonly user: User;
  readonly sessions: readonly Session[];
  /** What a form has just done. */
  readonly done: string | undefined;
  readonly now: number;
}

const DONE: ReadonlyMap<unknown, string> = new Map([
  ['gone', 'This session had ended already.'],
  ['ended', 'The session was ended. Its tokens are refused from now on, on every instance.'],
  [
    'ended-all',
    'All sessions were ended. All tokens of the user are refused from now on, on every instance.',
  ],
]);

/** The sessions of a user, the one that was used last in front. */
export function sessionsPage(visitor: Visitor, { user, sessions, done, now }: SessionsOfUser): Page {
  const { username, roles, disabledAt } = user;
  const count = `${sessions.length} session${sessions.length === 1 ? '' : 's'}`;
  const message = DONE.get(done);
  const newest = sessions.toSorted((one, other) => other.lastUsedAt - one.lastUsedAt);
  return consolePage(visitor, {
    place: '/sessions',
    title: `${count} of ${username}${message === undefined ? '' : ' left'}`,
    heading: html`${count} of ${shownName(username)}`,
    content: html`${message !== undefined && html`<p class="note" role="status">${message}</p>`}
      <p>
        Roles: ${roles.join(', ') || 'none'}.
        ${disabledAt !== null && html`<span class="state bad">disabled</span>`}
        <a href="${consolePath('/access')}">What they may do</a>
      </p>
      ${sessions.length > 0 && tableOf(visitor, username, newest, now)}
      ${sessions.length === MOST_SESSIONS && html`<p>There may be more, which were used later.</p>`}
      ${visitor.mayChange && endAll(visitor, username)}
      <h2>Another user</h2>
      ${findForm()}`,
  });
}

function tableOf(visitor: Visitor, username: string, sessions: readonly Session[], now: number): Html {
  const rows = sessions.map((session, at) => rowOf(visitor, session, { at, username, now }));
  return scrolling(
    `Sessions of ${username}`,
    html`<table>
      <thead>
        <tr>
          <th scope="col">Device</th>
          <th scope="col">Address</th>
          <th scope="col">Last seen</th>
          <th scope="col">Logged in</th>
          <th scope="col">Client</th>
          ${visitor.mayChange && html`<th scope="col" class="act"><span class="hidden">End it</span></th>`}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  );
}

function rowOf(
  visitor: Visitor,
  { id, device, lastUsedAt, createdAt, clientId }: Session,
  { at, username, now }: { readonly at: number; readonly username: string; readonly now: number },
): Html {
  const name = device.label ?? device.userAgent ?? 'a device that says nothing of itself';
  return html`<tr>
    <th scope="row" class="words" id="device-${at}">
      ${shownName(name)}
      ${device.label !== undefined && html`<span class="faint">${shownName(device.userAgent ?? '')}</span>`}
    </th>
    <td>${device.ip ?? 'unknown'}</td>
    <td>${moment(lastUsedAt, now)}</td>
    <td>${moment(createdAt, now)}</td>
    <td>${shownName(clientId)}</td>
    ${visitor.mayChange && html`<td class="act">${endOne(visitor, username, { id, at })}</td>`}
  </tr>`;
}

const endOne = (
  visitor: Visitor,
  user: string,
  { id, at }: { readonly id: string; readonly at: number },
): Html =>
  html`<form method="post" action="${consolePath('/sessions/end')}">
    ${visitor.hidden({ session: id, user })}
    <button class="quiet small" id="end-${at}" aria-labelledby="end-${at} device-${at}">End</button>
  </form>`;

const endAll = (visitor: Visitor, user: string): Html =>
  html`<form method="post" action="${consolePath('/sessions/end-all')}">
    ${visitor.hidden({ user })}
    <div class="actions"><button>End everything of ${shownName(user)}</button></div>
    <p class="faint">Also access tokens without a session, and the login at these pages. API keys stay.</p>
  </form>`;
