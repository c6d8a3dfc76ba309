const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * By how much a series grows from its first to its last value, by the median of the slopes of all pairs (Theil and Sen): a few
 * odd values, such as a look just before a collection, don't move it.
 */
export function growthOf(series) {
  const slopes = series.flatMap((value, at) =>
    series.slice(at + 1).map((later, further) => (later - value) / (further + 1)),
  );
  return slopes.length === 0 ? 0 : median(slopes) * (series.length - 1);
}
