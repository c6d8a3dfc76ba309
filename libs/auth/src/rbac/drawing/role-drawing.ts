import { rowsOf, type Thing } from './role-rows.js';
import type { DrawnRole } from './drawn-role.js';

/** A role in the drawing; `x` and `y` of its upper left corner. */
export interface PlacedRole extends DrawnRole {
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
const WIDTH = { narrowest: 144, widest: 232, perLetter: 9, padding: 28 } as const;
/** Longer names are cut in the drawing, and whole in the table beside it. */
export const MOST_LETTERS = 22;

/** Draws heirs above what they inherit; a line that passes a row has a place in it, so that it passes no role. */
export function drawRoles(roles: readonly DrawnRole[]): RoleDrawing {
  const longest = Math.min(MOST_LETTERS, Math.max(0, ...roles.map(({ name }) => name.length)));
  const boxWidth = Math.min(
    WIDTH.widest,
    Math.max(WIDTH.narrowest, longest * WIDTH.perLetter + WIDTH.padding),
  );
  const rows = rowsOf(roles, { box: boxWidth, gap: GAP.x });
  const width = Math.max(0, ...rows.map((row) => row.width)) + 2 * MARGIN;
  const things = rows.flatMap((row) => row.things);
  const topOf = ({ height }: Thing): number => MARGIN + (rows.length - 1 - height) * (BOX_HEIGHT + GAP.y);
  const middleOf = ({ x }: Thing): number => width / 2 + x;
  return {
    width,
    height: rows.length * (BOX_HEIGHT + GAP.y) - GAP.y + 2 * MARGIN,
    boxWidth,
    boxHeight: BOX_HEIGHT,
    roles: things.flatMap((thing) =>
      thing.role === undefined ? [] : [{ ...thing.role, x: middleOf(thing) - boxWidth / 2, y: topOf(thing) }],
    ),
    edges: things.flatMap((thing) =>
      thing.role === undefined
        ? []
        : thing.below.map((next) => edgeAlong([thing, ...wayDown(next)], middleOf, topOf)),
    ),
  };
}

/** What a line passes, down to the role at its end. */
const wayDown = (thing: Thing): readonly Thing[] =>
  thing.role === undefined ? [thing, ...thing.below.flatMap(wayDown)] : [thing];

function edgeAlong(
  way: readonly Thing[],
  middleOf: (thing: Thing) => number,
  topOf: (thing: Thing) => number,
): PlacedEdge {
  const [heir, parent] = [way[0]!, way.at(-1)!];
  const end = [middleOf(parent), topOf(parent)] as const;
  const steps = way.slice(1).map((thing, at) => {
    const [x1, y1] = [middleOf(way[at]!), topOf(way[at]!) + BOX_HEIGHT];
    const [x2, y2] = [middleOf(thing), topOf(thing) - (thing === parent ? TIP : 0)];
    const half = (y1 + y2) / 2;
    return `C${x1} ${half} ${x2} ${half} ${x2} ${y2}${thing === parent ? '' : ` V${y2 + BOX_HEIGHT}`}`;
  });
  const [x, y] = end;
  return {
    from: heir.role?.name ?? '',
    to: parent.role?.name ?? '',
    line: `M${middleOf(heir)} ${topOf(heir) + BOX_HEIGHT} ${steps.join(' ')}`,
    tip: `${x - TIP / 2},${y - TIP} ${x + TIP / 2},${y - TIP} ${x},${y}`,
  };
}
