import passport from 'passport';
import { randomId } from '../kernel/opaque.js';

/** The side of passport's strategy protocol that we use; keeps passport's types out of our declarations. */
export interface PassportProtocol {
  success(user: object, info?: object): void;
  fail(challenge?: unknown): void;
  error(error: unknown): void;
}

/** A name nobody else in the process has: passport's registry is global, and two apps must not overwrite each other. */
export function uniqueStrategyName(kind: string): string {
  return `gatehouse-${kind}-${randomId(6)}`;
}

/** Makes a strategy known to passport, for `AuthGuard(name)`. */
export function registerStrategy(name: string, strategy: PassportProtocol): void {
  passport.use(name, strategy as unknown as passport.Strategy);
}

/** Takes a strategy out of passport's registry again. */
export function unregisterStrategy(name: string): void {
  passport.unuse(name);
}
