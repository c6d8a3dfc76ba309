import { type CanActivate, Controller, type Type, UseGuards } from '@nestjs/common';
import { AuthController } from './auth.controller.js';
import { JwksController } from './jwks.controller.js';
import { SessionsController } from './sessions.controller.js';

/** Which endpoints are served and where; a path is relative to the host's global prefix. */
export interface EndpointPaths {
  /** Folder of login, refresh, logout and sessions; `false` serves none of them. @default 'auth' */
  readonly auth?: string | false;
  /** Folder of `jwks.json`; `false` doesn't publish the keys. @default '.well-known' */
  readonly wellKnown?: string | false;
}

/**
 * The controllers to register, each a subclass of its own, so that two modules in one process can differ in paths.
 * @param guards what they need on top of the app's guards
 */
export function endpointControllers(
  paths: EndpointPaths = {},
  guards: readonly Type<CanActivate>[] = [],
): Type<unknown>[] {
  const { auth = 'auth', wellKnown = '.well-known' } = paths;
  const controllers = [
    ...(auth === false ? [] : [at(auth, AuthController), at(auth, SessionsController)]),
    ...(wellKnown === false ? [] : [at(wellKnown, JwksController)]),
  ];
  for (const controller of controllers) UseGuards(...guards)(controller);
  return controllers;
}

function at(path: string, Base: Type<unknown>): Type<unknown> {
  const Endpoint = class extends (Base as Type<object>) {};
  Object.defineProperty(Endpoint, 'name', { value: Base.name });
  Controller(path)(Endpoint);
  return Endpoint;
}
