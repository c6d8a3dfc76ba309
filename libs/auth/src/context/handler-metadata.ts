import 'reflect-metadata';

type Method = (...args: never[]) => unknown;
type Class = abstract new (...args: never[]) => unknown;

/** What a decorator was put on: a class, or a method in its slot of a prototype. */
export interface DecoratorTarget {
  readonly target: object;
  readonly slot: string | symbol | undefined;
  readonly method: object | undefined;
}

/** A decorator for classes and methods that hands on where it was put. @throws TypeError (evaluated) on anything else */
export function routeDecorator(apply: (place: DecoratorTarget) => void): MethodDecorator & ClassDecorator {
  return (target: object, slot?: string | symbol, descriptor?: { readonly value?: unknown }): void => {
    const method = descriptor?.value;
    if (slot !== undefined && typeof method !== 'function')
      throw new TypeError(`${String(slot)} is no method: access decorators go on classes and methods`);
    apply({ target, slot, method: typeof method === 'function' ? method : undefined });
  };
}

/** Puts metadata of ours on a class, or on a method **and** its slot, where a wrapper put on later can't hide it. */
export function defineRouteMetadata(
  key: symbol,
  value: unknown,
  { target, slot, method }: DecoratorTarget,
): void {
  if (slot === undefined || method === undefined) {
    Reflect.defineMetadata(key, value, target);
    return;
  }
  Reflect.defineMetadata(key, value, target, slot);
  Reflect.defineMetadata(key, value, method);
}

/** The metadata that is on exactly this class or slot so far. */
export function ownRouteMetadata<T>(key: symbol, { target, slot }: DecoratorTarget): T | undefined {
  return (
    slot === undefined ? Reflect.getOwnMetadata(key, target) : Reflect.getOwnMetadata(key, target, slot)
  ) as T | undefined;
}

/** Reads the metadata of one layer: a class, or a method of a class. */
export type LayerReader = <T>(key: symbol) => T | undefined;

/** A class and its bases, the outermost base first. */
export function classLayers(type: object): readonly LayerReader[] {
  const layers: LayerReader[] = [];
  for (
    let at: object | null = type;
    at !== null && at !== Function.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const layer = at;
    layers.unshift(<T>(key: symbol) => Reflect.getOwnMetadata(key, layer) as T | undefined);
  }
  return layers;
}

/** A handler, then the methods it overrides, nearest first. */
export function handlerLayers(type: object, handler: object): readonly LayerReader[] {
  const layers: LayerReader[] = [<T>(key: symbol) => Reflect.getOwnMetadata(key, handler) as T | undefined];
  const slot = slotOf(type, handler);
  if (slot === undefined) return layers;
  for (const prototype of prototypesOf(type)) {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, slot)?.value;
    if (typeof method !== 'function') continue;
    layers.push(
      <T>(key: symbol) =>
        (Reflect.getOwnMetadata(key, method) ?? Reflect.getOwnMetadata(key, prototype, slot)) as
          T | undefined,
    );
  }
  return layers;
}

function slotOf(type: object, handler: object): string | symbol | undefined {
  for (const prototype of prototypesOf(type))
    for (const slot of Reflect.ownKeys(prototype))
      if (Object.getOwnPropertyDescriptor(prototype, slot)?.value === handler) return slot;
  // Somebody wrapped the method on the instance: the wrapper's name is all that is left.
  const { name } = handler as Method;
  return prototypesOf(type).some((prototype) => Object.hasOwn(prototype, name)) ? name : undefined;
}

function prototypesOf(type: object): readonly object[] {
  const prototypes: object[] = [];
  let at: object | null = (type as Class).prototype as object | null;
  for (
    ;
    at !== null && at !== undefined && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  )
    prototypes.push(at);
  return prototypes;
}
