/** Single-character edits (insert, delete, replace, swap of neighbours) between two texts. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known name a misspelt one most likely meant, or `undefined` when none is near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.ceil(name.length / 2)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const distance = editDistance(name, candidate);
    if (distance > least || (distance === least && (best === undefined || candidate > best))) continue;
    [best, least] = [candidate, distance];
  }
  return best;
}

/** Whether one text is another with a slip of the fingers in one segment; short segments differ on purpose. */
export function isSlipOf(name: string, known: string): boolean {
  const [left, right] = [name.split(':'), known.split(':')];
  if (left.length !== right.length) return false;
  const differing = left.flatMap((segment, at) =>
    segment === right[at] ? [] : ([[segment, right[at] ?? '']] as const),
  );
  const [only] = differing;
  return differing.length === 1 && only !== undefined && only[0].length >= 4 && editDistance(...only) === 1;
}
