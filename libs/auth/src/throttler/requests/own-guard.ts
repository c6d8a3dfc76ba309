import type { ModulesContainer } from '@nestjs/core';
import { nestMetadata } from '../../context/nest-internals.js';

/**
 * Whether the guard of the whole app leaves a route to the guard of the same class in its `@UseGuards()`: that one knows
 * who was authenticated by the guards before it, and nothing is counted twice.
 */
export function isLeftToOwnGuard(
  guard: object,
  route: readonly object[],
  modules: ModulesContainer | undefined,
): boolean {
  const own = route.flatMap((place) => (Reflect.getMetadata(nestMetadata.guards, place) ?? []) as unknown[]);
  if (!own.includes(guard.constructor)) return false;
  // Nest makes those of `@UseGuards()` anew, and keeps them apart from providers.
  return [...(modules?.values() ?? [])].some(({ providers }) =>
    [...providers.values()].some(({ instance }) => instance === guard),
  );
}
