/** Whether a value was used before. */
export type UseVerdict = 'first' | 'replayed';

// Two uses of what has hardly any time left may be asked so far apart, on a busy machine.
const LEAST_MS = 5_000;

/** How long a store keeps a use, in whole milliseconds: what has no time left is first only once as well. */
export function keptMs(ttlMs: number): number {
  return Math.max(LEAST_MS, Math.ceil(ttlMs));
}

/**
 * Remembers what is good for one use only, on all instances: the `jti` of an assertion (RFC 7523 §3) or of a proof (RFC 9449
 * §11.1). Ask once everything else about the value is known to be good, since asking uses it up.
 */
export abstract class OneTimeValueStore {
  /**
   * Uses a value. Atomic: of any number of callers one is the first. A value that was used is remembered for as long as its first
   * use said; only a hash of it is kept.
   * @param value what it is and whose, so that no two things share a name
   * @param ttlMs how long it could be shown again
   * @throws AuthError `store_unavailable` when nobody can tell; it counts as unused then
   */
  abstract use(value: string, ttlMs: number): Promise<UseVerdict>;

  /**
   * Whether a value was used, for those who only look. Nothing may be decided by it: the next moment it may be used.
   * @throws AuthError `store_unavailable`
   */
  abstract wasUsed(value: string): Promise<boolean>;
}
