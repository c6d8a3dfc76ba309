import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { type Enforced, enforcedBy } from '../../context/enforcement.js';
import { nestMetadata } from '../../context/nest-internals.js';
import { isObject } from '../../kernel/configuration/option-reader.js';

/** What the guards before a handler enforce. */
export type EnforcedSet = ReadonlySet<Enforced>;

/** A guard of ours in this application; a test double counts as the guard it stands for. */
interface EnforcingGuard {
  readonly enforces: readonly Enforced[];
  readonly instance: object;
}

/** The guards of ours that an application has, wherever it puts them. */
export class EnforcingGuards {
  private known: readonly EnforcingGuard[] | undefined;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly config: ApplicationConfig,
  ) {}

  /** All of them; complete once the providers are made. */
  get all(): readonly EnforcingGuard[] {
    return (this.known ??= [...this.modules.values()].flatMap(({ providers }) =>
      [...providers.entries()].flatMap(([token, { instance }]) => {
        const enforces = enforcedBy(token);
        return enforces.length === 0 || !isObject(instance) ? [] : [{ enforces, instance }];
      }),
    ));
  }

  /** What the global guards of the application enforce. */
  ofApplication(): EnforcedSet {
    const singletons = this.config.getGlobalGuards().flatMap((guard) => this.ofInstance(guard));
    const scoped = this.config.getGlobalRequestGuards().flatMap(({ metatype }) => enforcedBy(metatype));
    return new Set([...singletons, ...scoped]);
  }

  /** What `@UseGuards()` of a class and its method enforces. */
  ofHandler(type: object, method: object): EnforcedSet {
    const guards = [type, method].flatMap((target): unknown[] => {
      const found: unknown = Reflect.getMetadata(nestMetadata.guards, target);
      return Array.isArray(found) ? found : [];
    });
    return new Set(guards.flatMap((guard) => [...enforcedBy(guard), ...this.ofInstance(guard)]));
  }

  private ofInstance(guard: unknown): readonly Enforced[] {
    const known = this.all.find(({ instance }) => instance === guard);
    return known?.enforces ?? (isObject(guard) ? enforcedBy(guard.constructor) : []);
  }
}
