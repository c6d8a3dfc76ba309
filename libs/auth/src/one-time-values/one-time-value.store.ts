/** Whether a value was used before. */
export type UseVerdict = 'first' | 'replayed';

/** How long a store keeps a use: whole milliseconds, and one at least, since nothing is first twice. */
export function keptMs(ttlMs: number): number {
  return Math.max(1, Math.ceil(ttlMs));
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
