import type { DrawnRole } from './drawn-role.js';

/** Something that takes a place in a row: a role, or a line that passes. */
export interface Thing {
  /** `undefined` for a line. */
  readonly role: DrawnRole | undefined;
  /** Of its row, from the bottom. */
  readonly height: number;
  /** What it is joined with in the row below. */
  readonly below: readonly Thing[];
  /** Its middle, from the middle of the drawing. */
  x: number;
}

export interface Row {
  readonly things: readonly Thing[];
  readonly width: number;
}

interface Widths {
  readonly box: number;
  readonly gap: number;
}

/** The rows from the bottom: roles that inherit nothing first, each other one above the highest of its parents. */
export function rowsOf(roles: readonly DrawnRole[], widths: Widths): readonly Row[] {
  const heights = heightsOf(roles);
  const rows: Thing[][] = [];
  const place = (thing: Thing): Thing => {
    (rows[thing.height] ??= []).push(thing);
    return thing;
  };
  const placed = new Map<string, Thing>();
  const downTo = (parent: string, height: number): Thing[] => {
    const end = placed.get(parent);
    if (end === undefined) return [];
    let next = end;
    // One place in each row that lies between.
    for (let at = end.height + 1; at < height; at += 1)
      next = place({ role: undefined, height: at, below: [next], x: 0 });
    return [next];
  };
  const lowestFirst = roles.toSorted((one, other) => heights.get(one.name)! - heights.get(other.name)!);
  for (const role of lowestFirst) {
    const height = heights.get(role.name) ?? 0;
    const below = role.inherits.flatMap((parent) => downTo(parent, height));
    placed.set(role.name, place({ role, height, below, x: 0 }));
  }
  return rows.map((things) => inOrder(things, widths));
}

/** The greatest number of steps down from each role. */
function heightsOf(roles: readonly DrawnRole[]): ReadonlyMap<string, number> {
  const byName = new Map(roles.map((role) => [role.name, role]));
  const heights = new Map<string, number>();
  const heightOf = (name: string): number => {
    const known = heights.get(name);
    if (known !== undefined) return known;
    const height = 1 + Math.max(-1, ...(byName.get(name)?.inherits ?? []).map(heightOf));
    heights.set(name, height);
    return height;
  };
  for (const { name } of roles) heightOf(name);
  return heights;
}

/** Above what they are joined with, so that few lines cross. */
function inOrder(things: readonly Thing[], { box, gap }: Widths): Row {
  const meanOf = ({ below }: Thing): number =>
    below.reduce((sum, { x }) => sum + x, 0) / Math.max(1, below.length);
  const ordered = things.toSorted((one, other) => meanOf(one) - meanOf(other));
  const widthOf = ({ role }: Thing): number => (role === undefined ? 0 : box);
  const width = ordered.reduce((sum, thing) => sum + widthOf(thing) + gap, -gap);
  let left = -width / 2;
  for (const thing of ordered) {
    thing.x = left + widthOf(thing) / 2;
    left += widthOf(thing) + gap;
  }
  return { things: ordered, width };
}
