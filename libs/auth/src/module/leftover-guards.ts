import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { registeredStrategy } from '../authentication/passport-protocol.js';
import { classesOf, decoratedMethodsOf } from '../context/app-methods.js';
import { nestMetadata } from '../context/nest-internals.js';
import { peers } from '../peers/peers.js';

/** What tutorials call their strategies; the name of any other can't be told from its guard. */
const USUAL_NAMES = [
  'jwt',
  'jwt-access',
  'jwt-access-token',
  'access-token',
  'jwt-refresh',
  'jwt-refresh-token',
  'refresh-token',
  'refresh',
  'bearer',
  'local',
];

/** Guards of passport that ask for a strategy nobody has registered, so that each of their calls would be a bare 500. */
export function leftoverGuards(modules: ModulesContainer, config: ApplicationConfig): readonly string[] {
  const found: string[] = [];
  const look = (place: string, guards: unknown): void => {
    for (const guard of Array.isArray(guards) ? (guards as unknown[]) : []) {
      const name = missingStrategy(typeof guard === 'function' ? guard : (guard as object).constructor);
      if (name !== undefined) found.push(`${place}: AuthGuard('${name}')`);
    }
  };
  look('a global guard', config.getGlobalGuards());
  look(
    'a global guard',
    config.getGlobalRequestGuards().flatMap(({ metatype }) => metatype ?? []),
  );
  for (const type of classesOf(modules.values())) {
    look(type.name, Reflect.getMetadata(nestMetadata.guards, type));
    for (const [slot, method] of decoratedMethodsOf(type))
      look(`${type.name}.${slot}`, Reflect.getMetadata(nestMetadata.guards, method));
  }
  return [...new Set(found)];
}

function missingStrategy(guard: object): string | undefined {
  const chain: unknown[] = [];
  for (let at: unknown = guard; typeof at === 'function'; at = Object.getPrototypeOf(at)) chain.push(at);
  // Whoever has such a guard has loaded the package; for all others it isn't worth it.
  if (!('handleRequest' in ((guard as { readonly prototype?: object }).prototype ?? {}))) return undefined;
  const { AuthGuard } = peers['@nestjs/passport'];
  return USUAL_NAMES.find(
    (name) => chain.includes(AuthGuard(name)) && registeredStrategy(name) === undefined,
  );
}
