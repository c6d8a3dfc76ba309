import type { DrawnRole } from './drawn-role.js';
import {
  drawRoles,
  MOST_LETTERS,
  type PlacedEdge,
  type PlacedRole,
  type RoleDrawing,
} from './role-drawing.js';

// As attributes, so that it looks like something without a stylesheet, and any stylesheet goes first.
const FONT = 'font-family="system-ui, sans-serif" font-size="14"';
const LINE = {
  plain: 'stroke="#8a8f98" stroke-width="1.5"',
  on: 'stroke="#0b62c4" stroke-width="3"',
} as const;
const TIP = { plain: 'fill="#8a8f98"', on: 'fill="#0b62c4"' } as const;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A drawing of roles as an SVG document, which also says in words what it shows. Heirs stand above what they inherit.
 * @param path roles along a way that stands out
 */
export function roleSvg(roles: readonly DrawnRole[], path: readonly string[] = []): string {
  const drawing = drawRoles(roles);
  const { width, height } = drawing;
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="roles-title roles-words"' +
      ` width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${FONT}>`,
    '<title id="roles-title">Roles, and what they inherit</title>',
    `<desc id="roles-words">${roles.map((role) => text(inWords(role))).join(' ')}</desc>`,
    ...drawing.edges.flatMap((edge) => edgeOf(edge, isOnPath(edge, path))),
    ...drawing.roles.flatMap((role) => boxOf(role, drawing, path.includes(role.name))),
    '</svg>',
  ].join('\n');
}

function inWords({ name, inherits }: DrawnRole): string {
  return inherits.length === 0 ? `${name} inherits nothing.` : `${name} inherits ${inherits.join(' and ')}.`;
}

function isOnPath({ from, to }: PlacedEdge, path: readonly string[]): boolean {
  return path.some((role, at) => role === from && path[at + 1] === to);
}

function edgeOf({ line, tip }: PlacedEdge, isOn: boolean): readonly string[] {
  const [look, mark] = isOn ? (['on', ' on'] as const) : (['plain', ''] as const);
  return [
    `<path class="edge${mark}" fill="none" ${LINE[look]} d="${line}"/>`,
    `<polygon class="tip${mark}" ${TIP[look]} points="${tip}"/>`,
  ];
}

function boxOf(
  { name, grants, x, y }: PlacedRole,
  { boxWidth, boxHeight }: RoleDrawing,
  isOn: boolean,
): readonly string[] {
  const shown = name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name;
  const count = `${grants.length} grant${grants.length === 1 ? '' : 's'} of its own`;
  const middle = x + boxWidth / 2;
  return [
    `<g${isOn ? ' class="on"' : ''}>`,
    `<rect class="box" fill="#fff" ${LINE[isOn ? 'on' : 'plain']} x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="8"/>`,
    `<text x="${middle}" y="${y + 22}" text-anchor="middle" font-weight="600">${text(shown)}</text>`,
    `<text class="sub" x="${middle}" y="${y + 40}" text-anchor="middle" fill="#5c6370" font-size="13">${count}</text>`,
    '</g>',
  ];
}

function text(words: string): string {
  return words.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}
