import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import type { Duration } from '../kernel/duration.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import { type CookieSettings, resolveCookies } from './cookies.settings.js';

/** Options of login and of the authentication guard. */
export interface AuthenticationOptions {
  /**
   * `client_id` of the sessions that a login opens. Of a list the first one, unless the login names another one of it as
   * `client_id`: a web page and a phone may have `sessions.profiles` of their own. `POST /auth/refresh` serves these and no
   * others. @default 'first-party'
   */
  readonly clientId?: string | readonly string[];
  /**
   * Paths that need no token although no controller can be decorated: exact (`/metrics`) or everything below (`/docs/*`).
   * Compared with the request's path as sent, byte for byte. A route with a decorator of ours is never exempt, and a token
   * that is sent all the same has to be good. @default []
   */
  readonly exemptPaths?: readonly string[];
  /** Names of the members that `POST /auth/login` reads of its body. */
  readonly login?: LoginOptions;
  /** Refresh token in an `HttpOnly`, `Secure` cookie instead of the body; `false` for bodies. @default false */
  readonly refreshCookie?: boolean | RefreshCookieOptions;
  /**
   * Access token in an `HttpOnly`, `Secure` cookie instead of the body, for every route: what another site makes a browser
   * send is refused, and a credential that was shown on purpose goes first. `false` for bodies. @default false
   */
  readonly accessCookie?: boolean | AccessCookieOptions;
  /**
   * Binds the tokens of a login to a random `HttpOnly` cookie: read by a script or found in a log, they are good for nothing
   * without it. For browsers; not with `accessCookie`. @default false
   */
  readonly fingerprintCookie?: boolean;
  /** Member of the body of refresh and logout that holds the refresh token. @default 'refresh_token' */
  readonly refreshTokenField?: string;
  /**
   * Header that may hold the refresh token instead, alone or behind `Bearer `: `x-refresh-token`, `authorization`.
   * @default none
   */
  readonly refreshTokenHeader?: string;
  /**
   * Where a cookie or a certificate decides for whom: origins of other hosts whose pages may log in, refresh, log out and,
   * with `accessCookie`, call the routes that change something, exactly as browsers send them: `https://app.example.com`.
   * Pages of this very host always may. A list replaces the default: name the origin of `issuer` in it where its pages may
   * do so, too. @default the origin of `issuer`, as long as it is on the same site
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * How often sockets that `SocketAuthenticator` let in are checked for revocation, in one go for all of them; up to '10m'.
   * @default '5s'
   */
  readonly socketCheckInterval?: Duration;
}

/** Names of the members of a login; they are in refusals as well. */
type LoginOptions = {
  /** Names the user. @default 'username' */
  readonly usernameField?: string;
  /** @default 'password' */
  readonly passwordField?: string;
  /**
   * Further ones, each a text of at most 4,096 characters and never required: the authenticator gets them as
   * `context.extra`. What is named nowhere is never read. @default []
   */
  readonly extraFields?: readonly string[];
};

// Not exported: apps whose declarations have a part of the options in them couldn't name these.
/** How the refresh cookie is set; it is always `HttpOnly` and `Secure`. */
type RefreshCookieOptions = {
  /** A `__Host-` name needs `path: '/'`. @default '__Secure-refresh_token' */
  readonly name?: string;
  /** As the browser sees it, which matters behind a proxy that rewrites paths. @default the folder of the endpoint, as requested */
  readonly path?: string;
  /** For pages of subdomains; every host below it gets the token. Not with a `__Host-` name. @default this host only */
  readonly domain?: string;
  /** @default 'Strict' */
  readonly sameSite?: 'Strict' | 'Lax' | 'None';
  /**
   * One cookie for each site whose pages use it (`Partitioned`): browsers keep no other ones for pages of another site. With
   * `sameSite: 'None'`. @default false
   */
  readonly partitioned?: boolean;
};

/** How the access cookie is set; it is always `HttpOnly` and `Secure`, and of the path `/`. */
type AccessCookieOptions = {
  /** @default '__Host-access_token', with a `domain` '__Secure-access_token' */
  readonly name?: string;
  /** For pages and services of subdomains; every host below it gets the token. Not with a `__Host-` name. @default this host only */
  readonly domain?: string;
  /** `'Lax'`: also for who comes by a link from elsewhere. @default 'Strict' */
  readonly sameSite?: 'Strict' | 'Lax' | 'None';
  /** As that of the refresh cookie. @default false */
  readonly partitioned?: boolean;
};

/** Resolved {@link LoginOptions}. */
export type LoginFields = Required<LoginOptions>;

/** Resolved {@link AuthenticationOptions}. */
export abstract class AuthenticationSettings {
  /** Of sessions whose login doesn't say. */
  abstract readonly clientId: string;
  /** Those whose sessions are opened and refreshed here; that one is the first. */
  abstract readonly clientIds: readonly string[];
  abstract readonly exemptPaths: readonly string[];
  abstract readonly login: LoginFields;
  abstract readonly refreshCookie: CookieSettings | undefined;
  abstract readonly accessCookie: CookieSettings | undefined;
  /** `undefined`: tokens are bound to none. */
  abstract readonly fingerprintCookie: CookieSettings | undefined;
  abstract readonly refreshTokenField: string;
  /** In lower case; `undefined`: none. */
  abstract readonly refreshTokenHeader: string | undefined;
  /** Empty: the origin of the issuer. */
  abstract readonly allowedOrigins: readonly string[];
  abstract readonly socketCheckIntervalMs: number;
}

const FIRST_PARTY = 'first-party';
const CLIENT_ID = { pattern: /^[\x21-\x7E]{1,255}$/, expected: '1-255 printable ASCII characters' };
const EXEMPT_PATH = { pattern: /^\/[^?#*]*(?:\/\*)?$/, expected: "'/path' or '/path/*'" };
// What no body parser reads as something nested.
const REFRESH_FIELD = {
  pattern: /^(?!(?:scope|constructor|__proto__|prototype)$)[\w-]{1,64}$/,
  expected: "a name such as 'refreshToken'",
};
// RFC 9110 §5.1
const HEADER = {
  pattern: /^(?!cookie$)[\w!#$%&'*+.^`|~-]+$/i,
  expected: 'the name of a header, not that of cookies',
};
const MOST_EXTRA_FIELDS = 32;
/** What means something else in a request of ours or of OAuth, and what every object has already. */
const TAKEN = [
  ...'scope device_label access_token refresh_token grant_type client_id client_secret'.split(' '),
  ...Object.getOwnPropertyNames(Object.prototype),
];
const FIELD = {
  // No brackets and dots, which parsers of forms take apart.
  pattern: new RegExp(`^(?!(?:${TAKEN.join('|')})$)[A-Za-z_][\\w-]{0,63}$`),
  expected: "a name such as 'email' that means nothing else in a request",
};
// RFC 6454 §6.2; apps in a web view have schemes of their own.
const ORIGIN = {
  pattern: /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*]+$/,
  expected: "an origin such as 'https://app.example.com'",
};

/** Resolves {@link AuthenticationOptions}; mistakes become findings under `authentication`. */
export function resolveAuthenticationSettings(
  given: unknown,
  findings: ConfigurationFindings,
): AuthenticationSettings {
  return readOptions<AuthenticationOptions, AuthenticationSettings>(
    given,
    'authentication',
    findings,
    (read) => {
      const clientIds = resolveClientIds(read);
      return Object.freeze({
        clientId: clientIds[0] ?? FIRST_PARTY,
        clientIds,
        exemptPaths: read.texts('exemptPaths', [], EXEMPT_PATH),
        login: read.group('login', resolveLoginFields),
        ...resolveCookies(read),
        refreshTokenField: read.text('refreshTokenField', 'refresh_token', REFRESH_FIELD),
        refreshTokenHeader: read.text('refreshTokenHeader', undefined, HEADER)?.toLowerCase(),
        allowedOrigins: resolveOrigins(read),
        socketCheckIntervalMs: read.duration('socketCheckInterval', 5_000, { min: 100, max: 600_000 }),
      });
    },
  );
}

function resolveClientIds(read: OptionReader<AuthenticationOptions>): readonly string[] {
  const given = read.raw('clientId');
  if (!Array.isArray(given)) return Object.freeze([read.text('clientId', FIRST_PARTY, CLIENT_ID)]);
  if (new Set(given).size < given.length) read.refuse('clientId', 'names a client twice');
  return read.texts('clientId', [], CLIENT_ID, { min: 1 });
}

function resolveLoginFields(read: OptionReader<LoginOptions>): LoginFields {
  const usernameField = read.text('usernameField', 'username', FIELD);
  const passwordField = read.text('passwordField', 'password', FIELD);
  const extraFields = read.texts('extraFields', [], FIELD);
  if (extraFields.length > MOST_EXTRA_FIELDS)
    read.refuse('extraFields', `expected at most ${MOST_EXTRA_FIELDS} names, got ${extraFields.length}`);
  if (usernameField === passwordField)
    read.refuse('passwordField', `is '${usernameField}', as usernameField is`);
  const names = [usernameField, passwordField, ...extraFields];
  const twice = extraFields.find((name, at) => names.indexOf(name) < at + 2);
  if (twice !== undefined) read.refuse('extraFields', `'${twice}' stands for two members`);
  return Object.freeze({ usernameField, passwordField, extraFields });
}

function resolveOrigins(read: OptionReader<AuthenticationOptions>): readonly string[] {
  const origins = read.texts('allowedOrigins', [], ORIGIN);
  const unlike = origins.find((origin) => /^https?:/.test(origin) && originOf(origin) !== origin);
  if (unlike !== undefined)
    read.refuse('allowedOrigins', `browsers write '${unlike}' as '${originOf(unlike) ?? 'nothing'}'`);
  return origins;
}

function originOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).origin : undefined;
}
