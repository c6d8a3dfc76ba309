/** Whether a pattern is one name only. */
export function isLiteral(pattern: string): boolean {
  return !pattern.includes('*');
}

/** Whether a well-formed pattern covers a well-formed permission: `*` is one segment, as the last one it is one or more. */
export function covers(pattern: string, permission: string): boolean {
  const wanted = pattern.split(':');
  const given = permission.split(':');
  const endsInWildcard = wanted.at(-1) === '*';
  if (endsInWildcard ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((segment, index) => segment === '*' || segment === given[index]);
}

/** The one pattern that covers exactly what both cover, or `undefined` when they have nothing in common. */
export function intersect(a: string, b: string): string | undefined {
  const [left, right] = [a.split(':'), b.split(':')];
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (short.length < long.length && short.at(-1) !== '*') return undefined;
  const common: string[] = [];
  for (const [index, segment] of long.entries()) {
    // The trailing `*` of the shorter pattern covers all further segments of the longer one.
    const other = index < short.length ? short[index] : '*';
    if (segment !== other && segment !== '*' && other !== '*') return undefined;
    common.push(segment === '*' ? (other ?? '*') : segment);
  }
  return common.join(':');
}
