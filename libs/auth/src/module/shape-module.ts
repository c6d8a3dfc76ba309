import { type DynamicModule, type FactoryProvider, Logger, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AdmissionGuard } from '../admission/admission.guard.js';
import { GuardChain } from '../admission/guard-chain.js';
import { ApiKeyScheme } from '../api-keys/api-key.scheme.js';
import { AuthenticationSettings } from '../authentication/authentication.settings.js';
import { CredentialChain } from '../authentication/schemes/credential-chain.js';
import { CredentialCheckService } from '../authentication/login/credential-check.service.js';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { UserAuthenticator } from '../authentication/user-authenticator.js';
import { isReview } from '../configuration/access-review.js';
import type { SettingsProvider } from '../configuration/configurable-module.js';
import { extrasElsewhere } from '../configuration/module-extras.js';
import {
  endpointControllers,
  endpointFolderProvider,
  servesPasswordLogin,
  wellKnownProvider,
} from '../http/endpoints.js';
import { oauthControllers } from '../http/oauth2/oauth-controllers.js';
import { GatehouseHealth } from '../health/gatehouse-health.service.js';
import { LoginRequestReader } from '../http/login/login-request.js';
import { PasswordLogin } from '../http/login/password-login.service.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import {
  AuthConfigurationError,
  type ConfigurationFindings,
} from '../kernel/configuration/configuration-error.js';
import { KeyRing } from '../keys/key-ring.js';
import { AuthSettings } from '../options/auth-settings.js';
import { resolveAuthOptions } from '../options/resolve-auth-options.js';
import { reviewOptions } from '../options/review-options.js';
import { requirePeers } from '../peers/peers.js';
import { ProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import { problemFilterProvider } from '../problem-details/problem-filter.provider.js';
import { rbacExports, rbacProviders } from '../rbac/rbac.providers.js';
import { RefreshTokenService } from '../sessions/refresh-token.service.js';
import { closingMedium } from '../stores/closing-medium.js';
import { storeProviders } from '../stores/store-providers.js';
import {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
} from '../throttler/requests/gatehouse-throttler.guard.js';
import { RateLimits } from '../throttler/requests/rate-limits.service.js';
import { SlidingWindowThrottlerStorage } from '../throttler/sliding-window-throttler.storage.js';
import { SlidingWindowStore } from '../throttler/sliding-window/sliding-window.store.js';
import { throttlerProviders } from '../throttler/throttler.providers.js';
import { BackChannelLogoutService } from '../tokens/back-channel-logout.service.js';
import { ThrottlerSettings } from '../throttler/throttler.settings.js';
import { WindowStores } from '../throttler/window-stores.js';
import { CredentialThrottle } from '../throttler/credentials/credential-throttle.service.js';
import { userReloadBy } from '../tokens/user-reload.js';
import { authModuleExtras, type AuthModuleShape } from './auth-module-extras.js';
import { capabilityProviders, publicServices } from './capability-providers.js';
import { credentialSchemeProviders } from './credential-scheme-providers.js';
import { healthProvider } from './health-provider.js';
import { hostProvider } from './host-provider.js';
import { measuredProvider } from './measured-provider.js';
import { missedServices, oauthDocuments, oauthProviders, oauthServices } from './oauth/oauth-providers.js';
import { settingsProviders } from './settings-providers.js';
import { soundAuthenticator } from './user-authenticator-provider.js';

/** Completes the module that ConfigurableModuleBuilder began with everything the extras ask for. */
export function shapeModule(
  definition: DynamicModule,
  shape: AuthModuleShape,
  settings: SettingsProvider,
): DynamicModule {
  requirePeers();
  const { imports, isGlobal, registerGuards, endpoints, oauth, hasOAuth } = shape;
  const missed = hasOAuth && oauth === undefined ? missedServices : [];
  // An app that guards its own routes itself must not leave ours open.
  const extraGuards = registerGuards ? [] : [JwtAuthGuard];
  return {
    ...definition,
    global: isGlobal,
    imports,
    controllers: [
      ...endpointControllers(endpoints, extraGuards),
      ...(oauth === undefined ? [] : oauthControllers(oauth.endpoints, extraGuards)),
    ],
    providers: [
      ...(definition.providers ?? []),
      settings(AuthSettings, settingsOf(shape)),
      ...settingsProviders,
      ...storeProviders,
      ...capabilityProviders,
      ...throttlerProviders,
      healthProvider,
      measuredProvider,
      ...rbacProviders.map((provider) => (isFactory(provider) ? closingMedium(provider) : provider)),
      ...loginProviders(shape),
      ...oauthProviders(oauth, endpoints.wellKnown),
      ...missed,
      ...(endpoints.auth === false && oauth === undefined ? [] : [signingKeyCheck]),
      ...credentialSchemeProviders(shape.credentialSchemes, [ApiKeyScheme]),
      ...(endpoints.backChannelLogout === false ? [] : [BackChannelLogoutService]),
      endpointFolderProvider(endpoints),
      wellKnownProvider(endpoints, oauthDocuments(oauth, endpoints.wellKnown)),
      problemFilterProvider(shape.problemDetailsFor),
      ...(registerGuards ? guardChain : []),
    ],
    exports: [
      ...publicServices,
      ...oauthServices(oauth),
      ...missed,
      GatehouseHealth,
      ...throttlerExports,
      ...rbacExports,
      ...guardDependencies,
      AuthSettings,
    ],
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
  RateLimits,
];

/** A guard in a host's `@UseGuards()` is made anew in the module of the host, which needs these for it. */
const guardDependencies = [
  Clock,
  AuthenticationSettings,
  CredentialChain,
  ProblemDetailsSettings,
  ThrottlerSettings,
  WindowStores,
];

/** What protects every route. */
const guardChain: Provider[] = [
  GuardChain,
  AdmissionGuard,
  { provide: APP_GUARD, useExisting: AdmissionGuard },
];

function settingsOf({ endpoints, hasOAuth, hasUserAuthenticator }: AuthModuleShape) {
  return (options: unknown, findings: ConfigurationFindings): AuthSettings => {
    const environment = {
      nodeEnv: process.env['NODE_ENV'],
      servesLogin: servesPasswordLogin(endpoints),
      issues: endpoints.auth !== false,
      servesClients: hasOAuth,
      servesBackChannelLogout: endpoints.backChannelLogout !== false,
      wellKnown: endpoints.wellKnown,
      hasUserAuthenticator,
    };
    return resolveAuthOptions(isReview() ? reviewOptions(options) : options, environment, findings, {
      elsewhere: extrasElsewhere(authModuleExtras),
    });
  };
}

function loginProviders({ userAuthenticator, endpoints, oauth }: AuthModuleShape): Provider[] {
  const takesPasswords = servesPasswordLogin(endpoints) || oauth?.allowsPasswordGrant === true;
  if (!takesPasswords && userAuthenticator === undefined) return [];
  const credentialCheck = {
    provide: CredentialCheckService,
    inject: [UserAuthenticator, CredentialThrottle, AuthEvents],
    useFactory: (users: unknown, throttle: CredentialThrottle, events: AuthEvents) =>
      new CredentialCheckService(soundAuthenticator(users), throttle, events),
  };
  const userReload = {
    provide: Symbol('user reload'),
    inject: [UserAuthenticator, RefreshTokenService],
    useFactory: (users: unknown, sessions: RefreshTokenService) =>
      reloadUsers(sessions, soundAuthenticator(users), endpoints.auth !== false),
  };
  return [
    authenticatorProvider(userAuthenticator),
    closingMedium(credentialCheck),
    closingMedium(userReload),
    LoginRequestReader,
    PasswordLogin,
  ];
}

function reloadUsers(sessions: RefreshTokenService, users: UserAuthenticator, issues: boolean): void {
  if (users.reload !== undefined)
    sessions.reloadUsersBy(userReloadBy((...asked) => users.reload?.(...asked)));
  else if (issues) new Logger('Gatehouse').log(NO_RELOAD);
}

const NO_RELOAD =
  'UserAuthenticator has no reload(): roles, scope and claims stay those of the login for as long as a session lives, ' +
  'and a disabled user refreshes on until revokeSubject() is called.';

/** Whatever logins there are, the host's own included. */
const signingKeyCheck = closingMedium({
  provide: Symbol('signing key check'),
  inject: [KeyRing],
  useFactory: refuseLoginWithoutKey,
});

// Of all origins only a source of the host can have keys that verify and none that signs.
function refuseLoginWithoutKey({ canSign }: KeyRing): void {
  if (canSign) return;
  const message =
    'has no key that signs, so nobody can log in: answer one made with externalSigningKey(), or set endpoints.auth to false and leave out oauth';
  throw new AuthConfigurationError([{ option: 'keys.source', message }]);
}

function authenticatorProvider(given: AuthModuleShape['userAuthenticator']): Provider {
  // Missing: the settings report it together with all other mistakes.
  if (given === undefined) return { provide: UserAuthenticator, useValue: undefined };
  return hostProvider(UserAuthenticator, given);
}
