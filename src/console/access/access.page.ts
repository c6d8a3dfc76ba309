import type { RoleGraph, RouteAudit } from 'nestjs-gatehouse';
import { html, type Html } from '../../pages/html.js';
import type { Page } from '../../pages/page.js';
import { consolePath } from '../console-path.js';
import { consolePage, scrolling } from '../console.page.js';
import type { Visitor } from '../visitor.js';
import type { Row } from './cell-explanation.js';
import { rolesOf } from './inheritance.js';
import { rolePicture, roleTable } from './role-picture.js';

type Table = ReturnType<RouteAudit['table']>;

/** The roles, and what holders of each may call. */
export function accessPage(visitor: Visitor, { roles, rows }: Table, graph: RoleGraph): Page {
  const shown = rolesOf(graph);
  return consolePage(visitor, {
    place: '/access',
    title: 'Access',
    heading: html`Who may call what`,
    content: html`<h2>Roles</h2>
      <p>An arrow leads from a role to what it inherits: it has all that is granted there as well.</p>
      <div class="beside">${rolePicture(graph)} ${roleTable(shown)}</div>
      <h2>Routes</h2>
      <p>
        What holders of one role alone may call: <span class="good">yes</span>, on their
        <span class="warn">own</span> things, or <span class="faint">no</span>. Each answer leads to why it is
        so. Scopes of tokens can only take away.
      </p>
      ${scrolling('Routes and roles', matrixOf(roles, rows))}`,
  });
}

function matrixOf(roles: Table['roles'], rows: Table['rows']): Html {
  const areas = new Map<string, Row[]>();
  for (const row of rows) areas.set(areaOf(row), [...(areas.get(areaOf(row)) ?? []), row]);
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Route</th>
        ${roles.map((role) => html`<th scope="col">${role}</th>`)}
        <th scope="col">Asks for</th>
      </tr>
    </thead>
    ${[...areas]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(
        ([area, inIt]) =>
          html`<tbody>
            <tr>
              <th scope="rowgroup" colspan="${roles.length + 2}">${area}</th>
            </tr>
            ${inIt.map((row) => rowOf(row, roles))}
          </tbody>`,
      )}
  </table>`;
}

/** The first segment of its path, for routes; what it is for other handlers. */
function areaOf({ entry, transport }: Row): string {
  const path = /^\S+ (\/[^/]*)/.exec(entry)?.[1];
  return path ?? transport;
}

function rowOf(row: Row, roles: Table['roles']): Html {
  const { entry, handler, requires, guardedBy, cells } = row;
  return html`<tr>
    <th scope="row"><code>${entry}</code></th>
    ${roles.map((role, at) => {
      const cell = cells[at] ?? 'no';
      const why = consolePath('/access/why', { route: entry, handler, role });
      return html`<td>
        <a class="cell ${cell}" href="${why}"
          >${cell} <span class="hidden">(may ${role} call ${entry}?)</span></a
        >
      </td>`;
    })}
    <td class="words">
      ${guardedBy === 'nobody' ? html`<span class="state bad">unguarded</span>` : requires}
    </td>
  </tr>`;
}
