import { type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Principal } from '../kernel/principal.js';
import type { OwnershipResolver } from './requirements/owner.decorator.js';

/** Finds the resolvers of `@Owner()` among the host's providers, each once. */
@Injectable()
export class OwnershipResolvers {
  private readonly known = new WeakMap<Type<OwnershipResolver>, OwnershipResolver>();

  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #moduleRef: ModuleRef;

  constructor(moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef;
  }

  /** The resolver instance. @throws when no module provides the class as a singleton */
  get(type: Type<OwnershipResolver>): OwnershipResolver {
    const known = this.known.get(type);
    if (known !== undefined) return known;
    const resolver = this.#moduleRef.get(type, { strict: false });
    this.known.set(type, resolver);
    return resolver;
  }

  /** Whether {@link get} finds it. */
  has(type: Type<OwnershipResolver>): boolean {
    try {
      return typeof this.get(type)?.owns === 'function';
    } catch {
      return false;
    }
  }

  /** Asks the resolver. Throws or rejects when the resolver does. */
  ask(type: Type<OwnershipResolver>, principal: Principal, context: ExecutionContext): unknown {
    return this.get(type).owns(principal, context);
  }
}
