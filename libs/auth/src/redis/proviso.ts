/**
 * What has to hold in the store for a call to go on, as keys of it: the first three are counters that have a known sum, and none of
 * the others is there. So it can be asked together with something else, in one wait.
 */
export interface Proviso {
  readonly keys: readonly string[];
  readonly sum: number;
}
