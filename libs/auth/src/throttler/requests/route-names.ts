import type { ExecutionContext, Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { slotOf } from '../../context/handler-metadata.js';
import { nestMetadata } from '../../context/nest-internals.js';
import { digest } from '../../kernel/opaque.js';

type Controller = ReturnType<ExecutionContext['getClass']>;
type Handler = ReturnType<ExecutionContext['getHandler']>;
type Module = ModulesContainer extends Map<string, infer M> ? M : never;

/**
 * Names routes the same way in every process and build: by module, class, version, method and path, and by order where
 * all of these are the same for two classes. So two controllers of one name are two.
 */
export class RouteNames {
  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #modules: ModulesContainer | undefined;
  private known: ReadonlyMap<Controller, string> | undefined;

  /** @param modules of the app; without them, modules don't tell classes apart */
  constructor(modules: ModulesContainer | undefined) {
    this.#modules = modules;
  }

  /** The name of a route, short enough for a key. */
  nameOf(controller: Controller, handler: Handler): string {
    const ofClass = this.classes().get(controller) ?? classText(controller);
    const { path, method, version, message, messagePattern, resolverName } = nestMetadata;
    const parts = [path, method, version, message, messagePattern, resolverName];
    const slot = String(slotOf(controller, handler) ?? handler.name);
    return digest(JSON.stringify([ofClass, slot, ...metadataOf(handler, parts)]), 9);
  }

  /** Each class of the app that may have handlers. */
  classes(): ReadonlyMap<Controller, string> {
    this.known ??= this.readModules();
    return this.known;
  }

  private readModules(): ReadonlyMap<Controller, string> {
    const texts = new Map<Controller, string>();
    const namesakes = new Map<string, number>();
    for (const module of this.#modules?.values() ?? [])
      for (const type of classesOf(module)) {
        if (texts.has(type)) continue;
        const text = `${this.moduleText(module)}${classText(type)}`;
        const earlier = namesakes.get(text) ?? 0;
        namesakes.set(text, earlier + 1);
        texts.set(type, `${text}${earlier}`);
      }
    return texts;
  }

  /** The name of a module, and where `RouterModule` mounts it. */
  private moduleText({ metatype }: Module): string {
    const { modulePath } = nestMetadata;
    const mounted = [`${modulePath}${this.#modules?.applicationId}`, modulePath];
    return JSON.stringify([metatype.name, ...metadataOf(metatype, mounted)]);
  }
}

function classesOf({ controllers, providers }: Module): Type[] {
  return [...controllers.values(), ...providers.values()].flatMap(({ metatype }) =>
    isClass(metatype) ? [metatype] : [],
  );
}

function isClass(metatype: unknown): metatype is Type {
  return typeof metatype === 'function' && typeof metatype.prototype === 'object';
}

function classText(controller: Controller): string {
  const { path, version, host } = nestMetadata;
  return JSON.stringify([controller.name, ...metadataOf(controller, [path, version, host])]);
}

/** As text, because versions may be symbols and hosts regular expressions. */
function metadataOf(target: object, keys: readonly string[]): readonly string[] {
  return keys.map((key) => {
    const value: unknown = Reflect.getMetadata(key, target);
    return JSON.stringify([value].flat(), (_, part: unknown) => textOf(part)) ?? '';
  });
}

function textOf(part: unknown): unknown {
  return typeof part === 'symbol' || part instanceof RegExp ? String(part) : part;
}
