/** A node of the tree of segments. Most nodes use one or two fields, so each is created when it is needed. */
interface Node {
  /** Rows whose pattern ends here. */
  ends: number[] | undefined;
  /** Rows whose pattern ends here in a `*`, which stands for one segment or more. */
  trailing: number[] | undefined;
  next: Map<string, Node> | undefined;
  any: Node | undefined;
}

/** All grants, by segment: which rows (roles or scopes) state a pattern that covers a permission. */
export class PatternIndex {
  private readonly root = node();

  /** Adds a pattern of a row. */
  add(pattern: string, row: number): void {
    const segments = pattern.split(':');
    const last = segments.pop() ?? '';
    let at = this.root;
    for (const segment of segments) at = step(at, segment);
    if (last === '*') (at.trailing ??= []).push(row);
    else (step(at, last).ends ??= []).push(row);
  }

  /** Calls back for each row with a pattern that covers the permission, perhaps repeatedly. At most 2^8 nodes are looked at. */
  each(permission: string, visit: (row: number) => void): void {
    let level: Node[] = [this.root];
    for (const segment of permission.split(':')) {
      const below: Node[] = [];
      for (const { trailing, next, any } of level) {
        // At least one segment follows, so a trailing `*` covers it and all later ones.
        trailing?.forEach(visit);
        const named = next?.get(segment);
        if (named !== undefined) below.push(named);
        if (any !== undefined) below.push(any);
      }
      level = below;
    }
    for (const { ends } of level) ends?.forEach(visit);
  }
}

function node(): Node {
  return { ends: undefined, trailing: undefined, next: undefined, any: undefined };
}

function step(from: Node, segment: string): Node {
  if (segment === '*') return (from.any ??= node());
  from.next ??= new Map();
  const known = from.next.get(segment);
  if (known !== undefined) return known;
  const fresh = node();
  from.next.set(segment, fresh);
  return fresh;
}
