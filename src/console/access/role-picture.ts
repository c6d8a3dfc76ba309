import type { RoleGraph } from 'nestjs-gatehouse';
import { Html, html } from '../../pages/html.js';
import { scrolling } from '../console.page.js';
import type { ShownRole } from './inheritance.js';

/** A drawing of the role graph, which also says in words what it shows. @param path roles along a way that stands out */
export function rolePicture(graph: RoleGraph, path: readonly string[] = []): Html {
  // Markup already, in which every name is text.
  return scrolling('Drawing of the role graph', new Html(graph.toSvg(path)));
}

/** The same as a table, with every grant. */
export const roleTable = (roles: readonly ShownRole[]): Html =>
  scrolling(
    'Roles',
    html`<table>
      <thead>
        <tr>
          <th scope="col">Role</th>
          <th scope="col">Inherits</th>
          <th scope="col">Grants of its own</th>
        </tr>
      </thead>
      <tbody>
        ${roles.map(
          ({ name, inherits, grants }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${inherits.join(', ') || 'nothing'}</td>
              <td class="words">
                ${grants.length === 0 ? 'none' : grants.map((grant) => html`<code>${grant}</code> `)}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`,
  );
