import { html, type Html } from '../../pages/html.js';
import { scrolling } from '../console.page.js';
import type { ShownRole } from './inheritance.js';
import {
  drawRoles,
  MOST_LETTERS,
  type PlacedEdge,
  type PlacedRole,
  type RoleDrawing,
} from './role-drawing.js';

/** A drawing of the role graph, which also says in words what it shows. @param path roles along a way that stands out */
export function rolePicture(roles: readonly ShownRole[], path: readonly string[] = []): Html {
  const drawing = drawRoles(roles);
  const { width, height } = drawing;
  return scrolling(
    'Drawing of the role graph',
    html`<svg
      role="img"
      aria-labelledby="roles-title roles-words"
      width="${width}"
      height="${height}"
      viewBox="0 0 ${width} ${height}"
    >
      <title id="roles-title">Roles, and what they inherit</title>
      <desc id="roles-words">${roles.map(inWords).join(' ')}</desc>
      ${drawing.edges.map((edge) => edgeOf(edge, isOnPath(edge, path)))}
      ${drawing.roles.map((role) => boxOf(role, drawing, path.includes(role.name)))}
    </svg>`,
  );
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

const inWords = ({ name, inherits }: ShownRole): string =>
  inherits.length === 0 ? `${name} inherits nothing.` : `${name} inherits ${inherits.join(' and ')}.`;

const isOnPath = ({ from, to }: PlacedEdge, path: readonly string[]): boolean =>
  path.some((role, at) => role === from && path[at + 1] === to);

const edgeOf = ({ line, tip }: PlacedEdge, isOn: boolean): Html =>
  html`<path class="edge ${isOn && 'on'}" d="${line}" /><polygon
      class="tip ${isOn && 'on'}"
      points="${tip}"
    />`;

function boxOf(
  { name, grants, x, y }: PlacedRole,
  { boxWidth, boxHeight }: RoleDrawing,
  isOn: boolean,
): Html {
  const shown = name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name;
  const count = `${grants.length} grant${grants.length === 1 ? '' : 's'} of its own`;
  const middle = x + boxWidth / 2;
  return html`<g class="${isOn && 'on'}">
    <rect class="box" x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="8" />
    <text x="${middle}" y="${y + 22}" text-anchor="middle">${shown}</text>
    <text class="sub" x="${middle}" y="${y + 40}" text-anchor="middle">${count}</text>
  </g>`;
}
