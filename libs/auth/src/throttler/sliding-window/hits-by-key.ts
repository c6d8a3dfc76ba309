import type { WindowHit } from './sliding-window.store.js';

/** The positions of the hits of each key: what is decided together. */
export function placesByKey(hits: readonly WindowHit[]): readonly (readonly number[])[] {
  const places = new Map<string, number[]>();
  hits.forEach(({ key }, place) => {
    const ofKey = places.get(key);
    if (ofKey === undefined) places.set(key, [place]);
    else ofKey.push(place);
  });
  return [...places.values()];
}
