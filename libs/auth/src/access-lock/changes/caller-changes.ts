import type { AccessLock } from '../lock/access-lock.js';
import { type Change, change } from './change.js';

/** Told of the app and not of each route, since all of them take the same credentials. */
export function callerChanges(
  { callers: before }: AccessLock,
  { callers: now }: AccessLock,
): readonly Change[] {
  const whom = 'everybody who holds one';
  return [
    ...missing(before.accepts, now.accepts).map((name) =>
      change('widened', `credential ${name}`, 'is accepted now', { whom }),
    ),
    ...missing(now.accepts, before.accepts).map((name) =>
      change('narrowed', `credential ${name}`, 'is accepted no more', { whom }),
    ),
    ...missing(now.requires, before.requires).map((name) =>
      change('widened', 'access tokens', `are good without ${name} now`, { whom }),
    ),
    ...missing(before.requires, now.requires).map((name) =>
      change('narrowed', 'access tokens', `are good for nothing without ${name} now`, { whom }),
    ),
  ];
}

/** What of the second list the first one doesn't have. */
function missing(from: readonly string[], of: readonly string[]): readonly string[] {
  return of.filter((name) => !from.includes(name));
}

// The loosest last.
const STORE_FAILURE = [
  ['closed', 'refuse every call'],
  ['memory', 'are counted in each process'],
  ['open', 'let every call pass'],
] as const;

/** What limits do while their store can't answer. */
export function storeFailureChanges(before: AccessLock, now: AccessLock): readonly Change[] {
  if (before.onStoreFailure === now.onStoreFailure) return [];
  const [was, is] = [before, now].map(({ onStoreFailure }) =>
    STORE_FAILURE.findIndex(([name]) => name === onStoreFailure),
  ) as [number, number];
  const [then, left] = [STORE_FAILURE[was], STORE_FAILURE[is]];
  if (then === undefined || left === undefined) return [];
  const why = `limits ${left[1]} while their store can't answer (onStoreFailure is ${left[0]}, and was ${then[0]})`;
  return [change(is > was ? 'loosened' : 'tightened', 'all routes', why)];
}
