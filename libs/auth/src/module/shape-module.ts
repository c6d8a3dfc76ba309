import type { DynamicModule, FactoryProvider, InjectionToken, Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AuthenticationSettings } from '../authentication/authentication.settings.js';
import { CredentialCheckService } from '../authentication/credential-check.service.js';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { LoginService } from '../authentication/login.service.js';
import { UserAuthenticator } from '../authentication/user-authenticator.js';
import { endpointControllers } from '../http/endpoints.js';
import { Clock } from '../kernel/clock.js';
import type { AuthModuleOptions } from '../options/auth-module-options.js';
import { AuthSettings } from '../options/auth-settings.js';
import { resolveAuthOptions } from '../options/resolve-auth-options.js';
import { AnyProblemDetailsFilter } from '../problem-details/any-problem-details.filter.js';
import { ProblemDetailsFilter } from '../problem-details/problem-details.filter.js';
import { RbacGuard } from '../rbac/rbac.guard.js';
import { rbacExports, rbacProviders } from '../rbac/rbac.providers.js';
import { closingMedium } from '../stores/closing-medium.js';
import { storeProviders } from '../stores/store-providers.js';
import {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
} from '../throttler/gatehouse-throttler.guard.js';
import { RequestWindowStore } from '../throttler/request-windows.store.js';
import { SlidingWindowThrottlerStorage } from '../throttler/sliding-window-throttler.storage.js';
import { SlidingWindowStore } from '../throttler/sliding-window/sliding-window.store.js';
import { throttlerProviders } from '../throttler/throttler.providers.js';
import { ThrottlerSettings } from '../throttler/throttler.settings.js';
import { CredentialThrottle } from '../throttler/credential-throttle.service.js';
import type { AuthModuleExtras, UserAuthenticatorProvider } from './auth-module-extras.js';
import { capabilityProviders, publicServices } from './capability-providers.js';
import { settingsProviders } from './settings-providers.js';

/** Completes the module that ConfigurableModuleBuilder began with everything the extras ask for. */
export function shapeModule(
  definition: DynamicModule,
  extras: AuthModuleExtras,
  optionsToken: InjectionToken,
): DynamicModule {
  const registersGuards = extras.registerGuards !== false;
  return {
    ...definition,
    global: extras.isGlobal ?? true,
    imports: [...(definition.imports ?? []), ...(extras.imports ?? [])],
    // An app that guards its own routes itself must not leave ours open.
    controllers: endpointControllers(extras.endpoints, registersGuards ? [] : [JwtAuthGuard]),
    providers: [
      ...(definition.providers ?? []),
      settingsProvider(optionsToken, extras),
      ...settingsProviders,
      ...storeProviders,
      ...capabilityProviders,
      ...throttlerProviders,
      ...rbacProviders.map((provider) => (isFactory(provider) ? closingMedium(provider) : provider)),
      ...loginProviders(extras),
      {
        provide: APP_FILTER,
        useClass: extras.problemDetails === 'all' ? AnyProblemDetailsFilter : ProblemDetailsFilter,
      },
      ...(registersGuards ? guardChain : []),
    ],
    exports: [...publicServices, ...throttlerExports, ...rbacExports, ...guardDependencies, AuthSettings],
  };
}

/** The role graph is loaded at boot, from wherever the host keeps it. */
function isFactory(provider: Provider): provider is FactoryProvider {
  return 'useFactory' in provider;
}

/** What hosts may inject of the rate limits. */
const throttlerExports = [
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
  SlidingWindowThrottlerStorage,
  SlidingWindowStore,
  CredentialThrottle,
];

/** A guard in a host's `@UseGuards()` is made anew in the module of the host, which needs these for it. */
const guardDependencies = [Clock, AuthenticationSettings, ThrottlerSettings, RequestWindowStore];

/** Guards run in the order of their registration, and only within one module is that order ours. */
const guardChain: Provider[] = [
  GatehouseThrottlerGuard,
  JwtAuthGuard,
  GatehouseUserThrottlerGuard,
  RbacGuard,
].map((guard) => ({ provide: APP_GUARD, useExisting: guard }));

function settingsProvider(optionsToken: InjectionToken, extras: AuthModuleExtras): Provider {
  return {
    provide: AuthSettings,
    inject: [optionsToken],
    useFactory: (options: AuthModuleOptions) =>
      resolveAuthOptions(options, {
        nodeEnv: process.env['NODE_ENV'],
        servesLogin: extras.endpoints?.auth !== false,
        hasUserAuthenticator: extras.userAuthenticator !== undefined,
      }),
  };
}

function loginProviders({ userAuthenticator, endpoints }: AuthModuleExtras): Provider[] {
  if (endpoints?.auth === false && userAuthenticator === undefined) return [];
  return [authenticatorProvider(userAuthenticator), CredentialCheckService, LoginService];
}

function authenticatorProvider(given: UserAuthenticatorProvider | undefined): Provider {
  // Missing: the settings report it together with all other mistakes.
  if (given === undefined) return { provide: UserAuthenticator, useValue: undefined };
  if (typeof given === 'function') return { provide: UserAuthenticator, useClass: given };
  const provider = { provide: UserAuthenticator, ...given } as Provider;
  return isFactory(provider) ? closingMedium(provider) : provider;
}
