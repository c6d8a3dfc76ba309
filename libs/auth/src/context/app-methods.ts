import type { Type } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';

type Module = ModulesContainer extends Map<string, infer M> ? M : never;

const scanner = new MetadataScanner();

/** Each class that the modules make instances of, in the order of modules and classes. */
export function classesOf(modules: Iterable<Module>): readonly Type[] {
  const types = new Set<Type>();
  for (const { controllers, providers } of modules)
    for (const { metatype } of [...controllers.values(), ...providers.values()])
      if (isClass(metatype)) types.add(metatype);
  return [...types];
}

/**
 * The methods of a class that decorators have left something on, inherited ones included, each with its name. Of all that an app is made
 * of these are few, and whoever looks for handlers asks several questions about each.
 */
export function decoratedMethodsOf(type: Type): readonly (readonly [slot: string, method: object])[] {
  const prototype = type.prototype as Record<string, unknown>;
  return scanner.getAllMethodNames(prototype).flatMap((slot) => {
    const method = prototype[slot];
    return typeof method === 'function' && Reflect.getMetadataKeys(method).length > 0
      ? [[slot, method] as const]
      : [];
  });
}

function isClass(metatype: unknown): metatype is Type {
  return (
    typeof metatype === 'function' && typeof metatype.prototype === 'object' && metatype.prototype !== null
  );
}
