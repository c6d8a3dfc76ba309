import {
  type CanActivate,
  type FactoryProvider,
  type InjectionToken,
  type Type,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { KeyRing } from '../keys/key-ring.js';
import { ProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import { ProblemWriter } from '../problem-details/problem-writer.js';
import { AuthController } from './auth.controller.js';
import { BackChannelLogoutController } from './back-channel-logout.controller.js';
import { controllerAt } from './controller-at.js';
import { EndpointFolder } from './endpoint-folder.js';
import { EndpointAnswers } from './endpoint-answers.interceptor.js';
import { MountedPaths } from './mounted-paths.js';
import { LoginController } from './login/login.controller.js';
import { JwksDocument } from './well-known/jwks.document.js';
import { ProtectedResourceDocument } from './well-known/protected-resource.document.js';
import { SessionsController } from './sessions/sessions.controller.js';
import type { WellKnownDocument } from './well-known/well-known.document.js';
import { WellKnownService } from './well-known/well-known.service.js';

/** Folders of the endpoints, and the whole path of that for issuers; `false` serves none of them. */
export type EndpointPaths = Readonly<
  Partial<Record<'auth' | 'wellKnown' | 'backChannelLogout', string | false>>
> & {
  /** Whether a login by password is among them. */
  readonly login?: boolean;
};

/** Whether somebody can log in by name and password. */
export function servesPasswordLogin({ auth, login }: EndpointPaths): boolean {
  return auth !== false && login !== false;
}

/**
 * The controllers to register, each a subclass of its own, so that two modules in one process can differ in paths.
 * @param guards what they need on top of the app's guards
 */
export function endpointControllers(
  paths: EndpointPaths = {},
  guards: readonly Type<CanActivate>[] = [],
): Type<unknown>[] {
  const { auth = 'auth', backChannelLogout = false } = paths;
  const kinds = [
    ...(servesPasswordLogin(paths) ? [LoginController] : []),
    AuthController,
    SessionsController,
  ];
  const controllers = [
    ...(auth === false ? [] : kinds.map((kind) => controllerAt(auth, kind))),
    ...(backChannelLogout === false ? [] : [controllerAt(backChannelLogout, BackChannelLogoutController)]),
  ];
  for (const controller of controllers) {
    UseGuards(...guards)(controller);
    UseInterceptors(EndpointAnswers)(controller);
  }
  return controllers;
}

/** What knows where the endpoints are that a refresh cookie is for. */
export function endpointFolderProvider({ auth = 'auth' }: EndpointPaths = {}): FactoryProvider {
  return {
    provide: EndpointFolder,
    inject: [MountedPaths],
    useFactory: (mounts: MountedPaths) =>
      new EndpointFolder(auth === false ? undefined : `/${trimmed(auth)}`, mounts),
  };
}

/**
 * What answers for the documents at the root (RFC 8615).
 * @param others tokens of documents besides the keys
 */
export function wellKnownProvider(
  { wellKnown = '.well-known' }: EndpointPaths = {},
  others: readonly InjectionToken[] = [],
): FactoryProvider {
  return {
    provide: WellKnownService,
    inject: [HttpAdapterHost, ProblemDetailsSettings, KeyRing, ProtectedResourceDocument, ...others],
    useFactory: (
      adapterHost: HttpAdapterHost,
      settings: ProblemDetailsSettings,
      keys: KeyRing,
      ...documents: (WellKnownDocument | undefined)[]
    ) =>
      new WellKnownService(adapterHost, new ProblemWriter(adapterHost, settings), [
        ...(wellKnown === false ? [] : [new JwksDocument(`/${trimmed(wellKnown)}/jwks.json`, keys)]),
        ...documents.filter((document) => document !== undefined),
      ]),
  };
}

function trimmed(folder: string): string {
  return folder.replaceAll(/^\/+|\/+$/g, '');
}
