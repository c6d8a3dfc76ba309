import type { User } from '../../database/schema.js';
import { html, type Html, shownName } from '../../pages/html.js';
import type { Page } from '../../pages/page.js';
import { consolePath } from '../console-path.js';
import { consolePage, nameField, scrolling } from '../console.page.js';
import type { Visitor } from '../visitor.js';

/** How many users are shown at once. */
export const MOST_USERS = 50;

/** Asks for a user. @param found one more than {@link MOST_USERS} when there are more */
export function usersPage(visitor: Visitor, text: string, found: readonly User[]): Page {
  return consolePage(visitor, {
    place: '/sessions',
    title: text === '' ? 'Sessions' : `Users with ‘${text}’`,
    content: html`${findForm(text)}
    ${found.length === 0 ? html`<p>No user has this in their name.</p>` : tableOf(found)}`,
  });
}

/** Looks for a user by a part of the name. */
export const findForm = (text = ''): Html =>
  html`<form method="get" action="${consolePath('/sessions')}" class="find" role="search">
    ${nameField('find', 'User name, or a part of it', { value: text })}
    <button>Find</button>
  </form>`;

function tableOf(found: readonly User[]): Html {
  const rows = found.slice(0, MOST_USERS).map(
    ({ username, roles, disabledAt }) =>
      html`<tr>
        <th scope="row">
          <a href="${consolePath('/sessions/of', { user: username })}">${shownName(username)}</a>
        </th>
        <td>${roles.join(', ') || 'none'}</td>
        <td>${disabledAt === null ? 'active' : html`<span class="state bad">disabled</span>`}</td>
      </tr>`,
  );
  const more = found.length > MOST_USERS && html`<p>There are more: type a longer part of the name.</p>`;
  return html`${scrolling(
    'Users',
    html`<table>
      <thead>
        <tr>
          <th scope="col">User</th>
          <th scope="col">Roles</th>
          <th scope="col">Account</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  )}
  ${more}`;
}
