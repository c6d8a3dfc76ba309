/** A way into nested options: names and indexes. */
export type Place = readonly (string | number)[];

/** Pairs of options that exclude each other: where the first is given, the second gives way; earlier pairs first. */
export type Rivals = readonly (readonly [kept: string, gives: string])[];

/** Every place below, groups and lists included; what is `closed` is a place, but has none inside. */
export function placesIn(value: unknown, closed: readonly string[], above: Place = []): readonly Place[] {
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(isGroup(value) ? value : {});
  return entries.flatMap(([step, entry]) => {
    const here = [...above, step];
    return [here, ...(closed.includes(String(step)) ? [] : placesIn(entry, closed, here))];
  });
}

/** The options without those that exclude others; what is on the way to `place` stays. */
export function withoutRivals(value: unknown, rivals: Rivals, place: Place = []): unknown {
  const [next, ...below] = place;
  if (Array.isArray(value))
    return value.map((entry, at) => withoutRivals(entry, rivals, at === next ? below : []));
  if (!isGroup(value)) return value;
  const kept = new Set(Object.keys(value));
  const [wanted, others] = [
    rivals.filter(([name]) => name === next),
    rivals.filter(([, name]) => name !== next),
  ];
  for (const [name, rival] of [...wanted, ...others]) if (kept.has(name)) kept.delete(rival);
  return Object.fromEntries(
    [...kept].map((name) => [name, withoutRivals(value[name], rivals, name === next ? below : [])]),
  );
}

/** The value at a place. */
export function valueAt(root: unknown, place: Place): unknown {
  return place.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], root);
}

/** A copy with another value at a place. */
export function withValue(root: unknown, [step, ...below]: Place, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(root))
    return root.map((entry, at) => (at === step ? withValue(entry, below, value) : entry));
  const group = root as Record<string, unknown>;
  return { ...group, [step]: withValue(group[step], below, value) };
}

/** A place as findings write it: `throttlers[0].limit`. */
export function pathOf(place: Place): string {
  const steps = place.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
  return steps.join('').replace(/^\./, '');
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
