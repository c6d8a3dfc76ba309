import 'reflect-metadata';

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

/** What was written on a method of a class or of one of its bases. */
export interface MethodLayer {
  readonly read: LayerReader;
  /** How many classes derive from the one it was written in; infinite where the method was copied from elsewhere. */
  readonly distance: number;
}

/**
 * As {@link handlerLayers}, with the place where each was written.
 * @param keys metadata that tells so
 * @throws Error for a function that is none of the methods of a class which has decorated ones
 */
export function methodLayers(type: object, handler: object, keys: readonly symbol[]): readonly MethodLayer[] {
  const slot = slotOf(type, handler);
  const [own, ...rest] = handlerLayers(type, handler);
  if (slot === undefined && !keys.some((key) => own?.(key) !== undefined)) refuseStranger(type, keys);
  const places = slot === undefined ? [] : placesOf(type, slot, keys);
  const layers = rest.map((read, at) => ({ read, distance: places[at] ?? 0 }));
  return own === undefined ? layers : [{ read: own, distance: places[0] ?? 0 }, ...layers];
}

/** It may stand before any method, so nobody knows what is asked of its callers. */
function refuseStranger(type: object, keys: readonly symbol[]): void {
  for (const prototype of prototypesOf(type))
    for (const slot of Reflect.ownKeys(prototype))
      if (keys.some((key) => Reflect.hasOwnMetadata(key, prototype, slot)))
        throw new Error(
          `${(type as Class).name} was called by a function that is none of its methods: ` +
            'give a wrapper on the instance the name of its method, or its decorators hold nobody off',
        );
}

/** A mixin that copies a method takes the metadata of the function along, but not that of its slot. */
function placesOf(type: object, slot: string | symbol, keys: readonly symbol[]): readonly number[] {
  const isWritten = (prototype: object): boolean =>
    keys.some((key) => Reflect.hasOwnMetadata(key, prototype, slot));
  return prototypesOf(type).flatMap((prototype, distance) => {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, slot)?.value;
    if (typeof method !== 'function') return [];
    return [isWritten(prototype) ? distance : Number.POSITIVE_INFINITY];
  });
}

/** The property a handler is kept under: a wrapper may have taken its own name away. */
export function slotOf(type: object, handler: object): string | symbol | undefined {
  for (const prototype of prototypesOf(type))
    for (const slot of Reflect.ownKeys(prototype))
      if (Object.getOwnPropertyDescriptor(prototype, slot)?.value === handler) return slot;
  // Somebody put a wrapper on the instance, or bound the method. Only its name says which one it replaces.
  const name = String((handler as { name?: unknown }).name).replace(/^(?:bound )+/, '');
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
