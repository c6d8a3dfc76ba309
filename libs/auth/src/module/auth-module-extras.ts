import type { FactoryProvider, ModuleMetadata, Type } from '@nestjs/common';
import type { UserAuthenticator } from '../authentication/user-authenticator.js';
import type { EndpointPaths } from '../http/endpoints.js';

/** How the host's {@link UserAuthenticator} is found: a class (made inside the module), or any other Nest provider. */
export type UserAuthenticatorProvider =
  | Type<UserAuthenticator>
  | { readonly useClass: Type<UserAuthenticator> }
  | { readonly useExisting: unknown }
  | { readonly useValue: UserAuthenticator }
  | Pick<FactoryProvider<UserAuthenticator>, 'useFactory' | 'inject'>;

/** What must be known before the options are: it shapes the module itself. Given beside the options. */
export interface AuthModuleExtras {
  /** Who users are. Required unless `endpoints.auth` is `false`. */
  userAuthenticator?: UserAuthenticatorProvider | undefined;
  /** Modules whose exports the user authenticator (or an async factory) needs. */
  imports?: ModuleMetadata['imports'];
  /** Whether services and guards can be injected everywhere. @default true */
  isGlobal?: boolean;
  /** Whether the guards protect every route of the app, in their one right order; our own endpoints are protected either way. @default true */
  registerGuards?: boolean;
  /** Which endpoints are served and where. */
  endpoints?: EndpointPaths;
  /**
   * `own` writes problem documents for the refusals of this library; `all` for every error of the app (malformed JSON,
   * 404, 413, validation …), with nothing of an unexpected error but its status. @default 'own'
   */
  problemDetails?: 'own' | 'all';
}
