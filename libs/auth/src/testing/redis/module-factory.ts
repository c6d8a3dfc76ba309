import type { FactoryProvider } from '@nestjs/common';
import { storeProviders } from '../../stores/store-providers.js';

/** Private constructors included. */
export type Token<T> = { readonly name: string; readonly prototype: T };
/** What is made for some tokens. */
export type Made<Inject extends readonly Token<unknown>[]> = {
  [Place in keyof Inject]: Inject[Place] extends Token<infer T> ? T : never;
};

/**
 * Makes what the module would make, of parts that are given. A part that the module asks for and that isn't among the tokens here would
 * silently be `undefined`: that is said instead.
 */
export function moduleFactory<T, const Inject extends readonly Token<unknown>[]>(
  token: Token<T>,
  inject: Inject,
): (...parts: Made<Inject>) => T {
  const found = storeProviders.find(
    (provider): provider is FactoryProvider => 'provide' in provider && provider.provide === token,
  );
  if (found === undefined) throw new TypeError(`the module makes no ${token.name}`);
  const { inject: asked = [], useFactory } = found;
  if (asked.length !== inject.length || inject.some((part, at) => part !== asked[at]))
    throw new TypeError(`the module makes ${token.name} of other parts than the test kit has for it`);
  return (...parts) => useFactory(...parts) as T;
}
