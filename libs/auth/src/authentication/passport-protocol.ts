import type { Strategy } from 'passport';
import { randomId } from '../kernel/opaque.js';
import { peers } from '../peers/peers.js';

const passport = peers.passport as typeof peers.passport & { _strategy?(name: string): unknown };

/** What passport puts on a copy of the strategy at each call; keeps passport's types out of our declarations. */
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
export function registerStrategy(name: string, strategy: object): void {
  passport.use(name, strategy as Strategy);
}

/** What passport runs for a name; `undefined` for nothing. */
export function registeredStrategy(name: string): unknown {
  return passport._strategy?.(name);
}

/** Takes a strategy out of passport's registry again. */
export function unregisterStrategy(name: string): void {
  passport.unuse(name);
}
