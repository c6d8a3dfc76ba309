/** What a guard holds callers to: that they are known, or that they may do what they ask for. */
export type Enforced = 'authentication' | 'access';

/** Static member of guard classes that says what they enforce; global, so two copies of the package agree. */
export const ENFORCES: unique symbol = Symbol.for('gatehouse:enforces') as never;

/** What a guard class, or one derived from it, enforces. */
export function enforcedBy(guard: unknown): readonly Enforced[] {
  const enforced =
    typeof guard === 'function'
      ? (guard as { [ENFORCES]?: Enforced | readonly Enforced[] })[ENFORCES]
      : undefined;
  return typeof enforced === 'string' ? [enforced] : (enforced ?? []);
}
