import type { ShownRole } from './inheritance.js';

/** A role in the drawing; `x` and `y` of its upper left corner. */
export interface PlacedRole extends ShownRole {
  readonly x: number;
  readonly y: number;
}

/** A line from an heir down to what it inherits. */
export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** Of an SVG path. */
  readonly line: string;
  /** Corners of the arrow at its end. */
  readonly tip: string;
}

export interface RoleDrawing {
  readonly width: number;
  readonly height: number;
  readonly boxWidth: number;
  readonly boxHeight: number;
  readonly roles: readonly PlacedRole[];
  readonly edges: readonly PlacedEdge[];
}

const BOX_HEIGHT = 52;
const GAP = { x: 24, y: 48 } as const;
const MARGIN = 6;
const TIP = 9;
const BULGE = 64;
const WIDTH = { narrowest: 144, widest: 232, perLetter: 9, padding: 28 } as const;
/** Longer names are cut in the drawing, and whole in the table beside it. */
export const MOST_LETTERS = 22;

/** Draws heirs above what they inherit: each role in the row above the highest of its parents. */
export function drawRoles(roles: readonly ShownRole[]): RoleDrawing {
  const rows = rowsOf(roles);
  const longest = Math.min(MOST_LETTERS, Math.max(...roles.map(({ name }) => name.length)));
  const boxWidth = Math.min(
    WIDTH.widest,
    Math.max(WIDTH.narrowest, longest * WIDTH.perLetter + WIDTH.padding),
  );
  const most = Math.max(...rows.map((row) => row.length));
  const heights = new Map(rows.flatMap((row, height) => row.map(({ name }) => [name, height] as const)));
  // A line that passes a row goes around it.
  const isLong = ({ name, inherits }: ShownRole): boolean =>
    inherits.some((parent) => (heights.get(name) ?? 0) - (heights.get(parent) ?? 0) > 1);
  const aside = roles.some(isLong) ? BULGE : 0;
  const inner = most * boxWidth + (most - 1) * GAP.x;
  const width = inner + aside + 2 * MARGIN;
  const placed = rows.flatMap((row, height) =>
    row.map((role, at) => ({
      ...role,
      x: MARGIN + (inner - row.length * boxWidth - (row.length - 1) * GAP.x) / 2 + at * (boxWidth + GAP.x),
      y: MARGIN + (rows.length - 1 - height) * (BOX_HEIGHT + GAP.y),
    })),
  );
  const height = rows.length * BOX_HEIGHT + (rows.length - 1) * GAP.y + 2 * MARGIN;
  return { width, height, boxWidth, boxHeight: BOX_HEIGHT, roles: placed, edges: edgesOf(placed, boxWidth) };
}

/** The roles that inherit nothing first. In a row they stand as their parents do, so that few lines cross. */
function rowsOf(roles: readonly ShownRole[]): readonly (readonly ShownRole[])[] {
  const byName = new Map(roles.map((role) => [role.name, role]));
  const heights = new Map<string, number>();
  const heightOf = (name: string): number => {
    const known = heights.get(name);
    if (known !== undefined) return known;
    const parents = byName.get(name)?.inherits ?? [];
    const height = Math.max(-1, ...parents.map(heightOf)) + 1;
    heights.set(name, height);
    return height;
  };
  const rows: ShownRole[][] = [];
  for (const role of roles) (rows[heightOf(role.name)] ??= []).push(role);
  const places = new Map<string, number>();
  for (const row of rows) {
    const meanOf = ({ inherits }: ShownRole): number =>
      inherits.reduce((sum, parent) => sum + (places.get(parent) ?? 0), 0) / Math.max(1, inherits.length);
    row.sort((one, other) => meanOf(one) - meanOf(other));
    for (const [at, { name }] of row.entries()) places.set(name, at - (row.length - 1) / 2);
  }
  return rows;
}

function edgesOf(placed: readonly PlacedRole[], boxWidth: number): readonly PlacedEdge[] {
  const byName = new Map(placed.map((role) => [role.name, role]));
  return placed.flatMap((heir) =>
    heir.inherits.flatMap((parent) => {
      const end = byName.get(parent);
      return end === undefined ? [] : [edgeBetween(heir, end, boxWidth)];
    }),
  );
}

function edgeBetween(heir: PlacedRole, parent: PlacedRole, boxWidth: number): PlacedEdge {
  const names = { from: heir.name, to: parent.name };
  const isLong = parent.y - heir.y > BOX_HEIGHT + GAP.y;
  if (isLong) {
    // From side to side, around the rows between.
    const [x1, y1] = [heir.x + boxWidth, heir.y + BOX_HEIGHT / 2];
    const [x2, y2] = [parent.x + boxWidth, parent.y + BOX_HEIGHT / 2];
    const out = Math.max(x1, x2) + BULGE;
    return {
      ...names,
      line: `M${x1} ${y1} C${out} ${y1} ${out} ${y2} ${x2 + TIP} ${y2}`,
      tip: `${x2 + TIP},${y2 - TIP / 2} ${x2 + TIP},${y2 + TIP / 2} ${x2},${y2}`,
    };
  }
  const [x1, y1] = [heir.x + boxWidth / 2, heir.y + BOX_HEIGHT];
  const [x2, y2] = [parent.x + boxWidth / 2, parent.y];
  const [middle, last] = [(y1 + y2) / 2, y2 - TIP];
  return {
    ...names,
    line: `M${x1} ${y1} C${x1} ${middle} ${x2} ${middle} ${x2} ${last}`,
    tip: `${x2 - TIP / 2},${last} ${x2 + TIP / 2},${last} ${x2},${y2}`,
  };
}
