import type { WindowHit, WindowVerdict } from './sliding-window.store.js';

/** Has the hits of each key decided together, since only those are on one server of a Cluster. @returns in the order of the hits */
export async function decideByKey(
  hits: readonly WindowHit[],
  decide: (ofKey: readonly WindowHit[]) => Promise<readonly WindowVerdict[]>,
): Promise<readonly WindowVerdict[]> {
  const verdicts = Array.from<WindowVerdict>({ length: hits.length });
  const decideAt = async (places: readonly number[]): Promise<void> => {
    const decided = await decide(places.map((place) => hits[place]!));
    places.forEach((place, index) => (verdicts[place] = decided[index]!));
  };
  await Promise.all(placesByKey(hits).map(decideAt));
  return verdicts;
}

/** The positions of the hits of each key: what is decided together. */
function placesByKey(hits: readonly WindowHit[]): readonly (readonly number[])[] {
  const places = new Map<string, number[]>();
  hits.forEach(({ key }, place) => {
    const ofKey = places.get(key);
    if (ofKey === undefined) places.set(key, [place]);
    else ofKey.push(place);
  });
  return [...places.values()];
}
