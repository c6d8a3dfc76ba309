import { type CanActivate, type Type, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import { controllerAt } from '../controller-at.js';
import { EndpointAnswers } from '../endpoint-answers.interceptor.js';
import { DeviceAuthorizationController } from './device-authorization.controller.js';
import { AuthorizationController } from './authorization.controller.js';
import { AuthorizationErrorFilter } from './authorization-error.filter.js';
import { IntrospectionController } from './introspection.controller.js';
import { OAuthErrorFilter } from './oauth-error.filter.js';
import { RegistrationController } from './registration.controller.js';
import { RevocationController } from './revocation.controller.js';
import { TokenController } from './token.controller.js';

/** Paths of the endpoints for clients, below the host's global prefix; `false` doesn't serve one. */
export interface OAuthPaths {
  readonly token: string | false;
  readonly revoke: string | false;
  readonly introspect: string | false;
  readonly deviceAuthorization: string | false;
  readonly authorize: string | false;
  readonly register: string | false;
}

const kinds = {
  token: TokenController,
  revoke: RevocationController,
  introspect: IntrospectionController,
  deviceAuthorization: DeviceAuthorizationController,
  authorize: AuthorizationController,
  register: RegistrationController,
} as const satisfies Record<keyof OAuthPaths, Type<unknown>>;

/**
 * The controllers to register.
 * @param guards what they need on top of the app's guards
 */
export function oauthControllers(paths: OAuthPaths, guards: readonly Type<CanActivate>[]): Type<unknown>[] {
  return (Object.keys(kinds) as (keyof OAuthPaths)[]).flatMap((name) => {
    const path = paths[name];
    if (path === false) return [];
    const controller = controllerAt(path, kinds[name]);
    UseGuards(...guards)(controller);
    UseInterceptors(EndpointAnswers)(controller);
    // People look at its refusals, with a browser.
    UseFilters(name === 'authorize' ? AuthorizationErrorFilter : OAuthErrorFilter)(controller);
    return [controller];
  });
}
