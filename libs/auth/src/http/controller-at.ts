import { Controller, Res, type Type, VERSION_NEUTRAL } from '@nestjs/common';
import { nestMetadata } from '../context/nest-internals.js';
import { acceptEmptyBody } from './empty-bodies.js';

/** A subclass of a controller of ours at a path of its own, so that two modules in one process can differ in paths. */
export function controllerAt(path: string, Base: Type<unknown>): Type<unknown> {
  const Endpoint = class extends (Base as Type<object>) {};
  Object.defineProperty(Endpoint, 'name', { value: Base.name });
  // No version of the host's own API is theirs, least of all its default one.
  Controller({ path, version: VERSION_NEUTRAL })(Endpoint);
  for (const [name, handler] of handlersOf(Base)) {
    acceptEmptyBody(handler);
    // Nest writes no answer for a handler that asks for the response: EndpointAnswers does. One more parameter asks.
    Res()(Endpoint.prototype, name, handler.length);
  }
  return Endpoint;
}

type Handler = (...parameters: never[]) => unknown;

function handlersOf({ prototype }: Type<unknown>): readonly (readonly [name: string, handler: Handler])[] {
  return Object.getOwnPropertyNames(prototype)
    .map((name) => [name, Reflect.get(prototype as object, name) as Handler] as const)
    .filter(([, handler]) => Reflect.hasMetadata(nestMetadata.path, handler));
}
