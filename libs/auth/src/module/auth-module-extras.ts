import type { CredentialScheme } from '../authentication/credential-scheme.js';
import type { UserAuthenticator } from '../authentication/user-authenticator.js';
import {
  moduleExtras,
  type ModuleExtras,
  type ModuleShape,
  readModuleExtras,
} from '../configuration/module-extras.js';
import { type EndpointPaths, servesPasswordLogin } from '../http/endpoints.js';
import type { OptionReader } from '../kernel/configuration/option-reader.js';
import { readCredentialSchemes } from './credential-scheme-providers.js';
import type { HostProvider } from './host-provider.js';
import { type OAuthShape, readOAuth } from './oauth/oauth-extras.js';
import type { OAuthOptions } from './oauth/oauth-options.js';
import { readUserAuthenticator } from './user-authenticator-provider.js';

type UserAuthenticatorProvider = HostProvider<UserAuthenticator>;
type CredentialSchemeProvider = HostProvider<CredentialScheme<unknown>>;

/** What must be known before the options are: it shapes the module itself. Given beside the options. */
export interface AuthModuleExtras extends ModuleExtras {
  /** Who users are. Required unless `endpoints.auth` or `endpoints.login` is `false`. */
  userAuthenticator?: UserAuthenticatorProvider | undefined;
  /**
   * Credentials that callers may show instead of an access token: classes (made inside the module) or any other Nest
   * providers of a `CredentialScheme`. @default none
   */
  credentialSchemes?: readonly CredentialSchemeProvider[];
  /** OAuth 2 endpoints for machines, third-party clients and agents. @default none */
  oauth?: OAuthOptions | undefined;
  /** Which endpoints are served and where. */
  endpoints?: {
    /** Folder of login, refresh, logout and sessions, below the host's global prefix; `false` serves none of them. @default 'auth' */
    readonly auth?: string | false;
    /** Whether `POST /auth/login` is served; `false` where all logins are completed by `LoginService`. @default true */
    readonly login?: boolean;
    /** Folder of `jwks.json` at the root, whatever prefix or version the host has; `false` doesn't publish the keys. @default '.well-known' */
    readonly wellKnown?: string | false;
    /**
     * Path, below the host's global prefix, where the issuer of `accessTokens.foreign` tells of logouts (OpenID Connect
     * Back-Channel Logout 1.0), such as `'auth/back-channel-logout'`; `false` serves none. @default false
     */
    readonly backChannelLogout?: string | false;
  };
}

/** Resolved {@link AuthModuleExtras}. */
export interface AuthModuleShape extends ModuleShape {
  readonly userAuthenticator: UserAuthenticatorProvider | undefined;
  /** Whether something was given at all, sound or not. */
  readonly hasUserAuthenticator: boolean;
  readonly credentialSchemes: readonly CredentialSchemeProvider[];
  readonly endpoints: Required<EndpointPaths>;
  /** `undefined`: there are none. */
  readonly oauth: OAuthShape | undefined;
  /** Whether there were to be some, sound or not. */
  readonly hasOAuth: boolean;
}

/** Names of {@link AuthModuleExtras} with their defaults. */
export const authModuleExtras: Required<AuthModuleExtras> = {
  ...moduleExtras,
  userAuthenticator: undefined,
  credentialSchemes: [],
  oauth: undefined,
  endpoints: {},
};

const FOLDER = { pattern: /^(?=.*[^/])[^\s?#]+$/, expected: "a path such as 'auth', or false to serve none" };

/** Resolves the extras of `AuthModule`; each mistake becomes a finding. */
export function readAuthModuleExtras(read: OptionReader<AuthModuleExtras>): AuthModuleShape {
  const userAuthenticator = readUserAuthenticator(read);
  const credentialSchemes = readCredentialSchemes(read);
  const shape = {
    ...readModuleExtras(read),
    endpoints: read.group('endpoints', readEndpoints),
    oauth: read.has('oauth') ? read.group('oauth', readOAuth) : undefined,
    hasUserAuthenticator: read.has('userAuthenticator'),
    hasOAuth: read.has('oauth'),
  };
  // Where the login is served, the options say it themselves.
  const isLoginServed = servesPasswordLogin(shape.endpoints);
  if (shape.oauth?.allowsPasswordGrant === true && !isLoginServed && !shape.hasUserAuthenticator)
    read.refuse('userAuthenticator', 'is required by oauth.dangerouslyAllowPasswordGrant');
  // They may need what isn't there because of a mistake, and Nest would speak of that first.
  return read.findings.isEmpty
    ? { ...shape, userAuthenticator, credentialSchemes }
    : { ...shape, userAuthenticator: undefined, credentialSchemes: [], oauth: undefined };
}

function readEndpoints(read: OptionReader<EndpointPaths>): Required<EndpointPaths> {
  const folder = (name: keyof EndpointPaths, usual: string): string | false =>
    read.raw(name) === false ? false : read.text(name, usual, FOLDER);
  return {
    auth: folder('auth', 'auth'),
    login: read.flag('login', true),
    wellKnown: folder('wellKnown', '.well-known'),
    backChannelLogout: read.has('backChannelLogout') && folder('backChannelLogout', ''),
  };
}
