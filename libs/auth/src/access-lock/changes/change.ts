/**
 * What may become of a route or a role: more pass, fewer, or there is no telling; limits are loosened or tightened. In the order of a
 * report: what opens something comes first.
 */
export const CHANGE_KINDS = [
  'widened',
  'loosened',
  'added',
  'moved',
  'changed',
  'narrowed',
  'tightened',
  'removed',
] as const;

export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** One difference between two locks. */
export interface Change {
  readonly kind: ChangeKind;
  /** A route, `role editor`, `scope blog.read`, `credential API key` or `default policy`. */
  readonly subject: string;
  /** For whom: `author`, `everybody`; empty where it says nothing. */
  readonly whom: string;
  readonly why: string;
  /** The edges and grants that it rests on. */
  readonly uses: readonly string[];
}

/** A change of one subject. */
export function change(kind: ChangeKind, subject: string, why: string, more: Partial<Change> = {}): Change {
  return { kind, subject, whom: '', uses: [], ...more, why };
}

/** In one line: `widened    DELETE /posts/:id  for author: holds …`. */
export function changeLine({ kind, subject, whom, why }: Change): string {
  const told = [whom === '' ? '' : `for ${whom}`, why].filter((part) => part !== '').join(': ');
  // A path may have anything in it, and a line break would make up another line.
  return `${kind.padEnd(9)}  ${subject}${told === '' ? '' : `  ${told}`}`.replaceAll(/\p{Cc}/gu, ' ');
}

/** How many there are of each kind: `2 widened, 1 added`. */
export function summaryOf(changes: readonly Change[]): string {
  return CHANGE_KINDS.flatMap((kind) => {
    const count = changes.filter((each) => each.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  }).join(', ');
}
