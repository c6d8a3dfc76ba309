import type { Enforced } from '../../context/enforcement.js';
import type { EnforcedSet, EnforcingGuards } from './enforcing-guards.js';

/**
 * Sees which of our guards Nest puts before a handler. Nest looks for `canActivate` of each guard while it does so, and
 * that is all that shows: which configuration it takes them from, it tells nobody.
 */
export class GuardWatch {
  private readonly taken = new Set<Enforced>();
  private readonly ends: readonly (() => void)[];

  constructor(guards: EnforcingGuards) {
    this.ends = guards.all.map(({ enforces, instance }) =>
      watched(instance, () => {
        for (const enforced of enforces) this.taken.add(enforced);
      }),
    );
  }

  /** The guards that were taken since the beginning, or since {@link forget}. */
  seen(): EnforcedSet {
    return new Set(this.taken);
  }

  forget(): void {
    this.taken.clear();
  }

  end(): void {
    for (const end of this.ends.toReversed()) end();
  }
}

function watched(guard: object, take: () => void): () => void {
  const before = Object.getOwnPropertyDescriptor(guard, 'canActivate');
  const canActivate: unknown = Reflect.get(guard, 'canActivate');
  const get = (): unknown => {
    take();
    return canActivate;
  };
  // A frozen test double stays unseen.
  if (!Reflect.defineProperty(guard, 'canActivate', { configurable: true, get })) return () => undefined;
  return () => {
    if (before === undefined) Reflect.deleteProperty(guard, 'canActivate');
    else Object.defineProperty(guard, 'canActivate', before);
  };
}
