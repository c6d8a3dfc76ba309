import type { ConfigurationFindings } from '../kernel/configuration-error.js';

/** Options of login and of the authentication guard. */
export interface AuthenticationOptions {
  /** `client_id` of the sessions opened by `POST /auth/login`. @default 'first-party' */
  readonly clientId?: string;
  /**
   * Paths that need no token although no controller can be decorated: exact (`/metrics`) or everything below (`/docs/*`).
   * Compared with the request's path as sent, byte for byte. @default []
   */
  readonly exemptPaths?: readonly string[];
  /** Refresh token in an `HttpOnly`, `Secure` cookie instead of the body; `false` for bodies. @default false */
  readonly refreshCookie?: boolean | RefreshCookieOptions;
}

/** How the refresh cookie is set; it is always `HttpOnly` and `Secure`. */
export interface RefreshCookieOptions {
  /** A `__Host-` name needs `path: '/'`. @default '__Secure-refresh_token' */
  readonly name?: string;
  /** As the browser sees it, which matters behind a proxy that rewrites paths. @default the folder of the endpoint, as requested */
  readonly path?: string;
  /** @default 'Strict' */
  readonly sameSite?: 'Strict' | 'Lax' | 'None';
}

/** Resolved {@link RefreshCookieOptions}. */
export interface RefreshCookieSettings {
  readonly name: string;
  /** `undefined`: the folder of the endpoint, as requested. */
  readonly path: string | undefined;
  readonly sameSite: 'Strict' | 'Lax' | 'None';
}

/** Resolved {@link AuthenticationOptions}. */
export abstract class AuthenticationSettings {
  abstract readonly clientId: string;
  abstract readonly exemptPaths: readonly string[];
  abstract readonly refreshCookie: RefreshCookieSettings | undefined;
}

const COOKIE_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
// RFC 6265 §4.1.1: path-value = <any CHAR except CTLs or ";">
const COOKIE_PATH = /^\/[!-:<-~]*$/;
const EXEMPT_PATH = /^\/[^?#*]*(?:\/\*)?$/;
const SAME_SITE = ['Strict', 'Lax', 'None'];

/** Resolves {@link AuthenticationOptions}; mistakes become findings under `authentication`. */
export function resolveAuthenticationSettings(
  options: AuthenticationOptions = {},
  findings: ConfigurationFindings,
): AuthenticationSettings {
  const { clientId = 'first-party', exemptPaths = [] } = options;
  if (!/^[\x21-\x7E]{1,255}$/.test(clientId)) {
    findings.add('authentication.clientId', 'expected 1-255 printable ASCII characters');
  }
  for (const path of exemptPaths) {
    if (!EXEMPT_PATH.test(path)) {
      findings.add(
        'authentication.exemptPaths',
        `expected '/path' or '/path/*', got ${JSON.stringify(path)}`,
      );
    }
  }
  const refreshCookie = resolveRefreshCookie(options.refreshCookie ?? false, findings);
  return Object.freeze({ clientId, exemptPaths: Object.freeze([...exemptPaths]), refreshCookie });
}

function resolveRefreshCookie(
  options: boolean | RefreshCookieOptions,
  findings: ConfigurationFindings,
): RefreshCookieSettings | undefined {
  if (options === false) return undefined;
  const { name = '__Secure-refresh_token', sameSite = 'Strict', path } = options === true ? {} : options;
  if (!COOKIE_NAME.test(name))
    findings.add('authentication.refreshCookie.name', 'is not a cookie name (RFC 6265 §4.1.1)');
  if (!SAME_SITE.includes(sameSite)) {
    findings.add('authentication.refreshCookie.sameSite', "expected 'Strict', 'Lax' or 'None'");
  }
  if (path !== undefined && !COOKIE_PATH.test(path))
    findings.add('authentication.refreshCookie.path', "expected a path that starts with '/'");
  // Browsers drop such a cookie without a word, and everybody is logged out after one access-token life.
  if (/^__host-/i.test(name) && path !== '/')
    findings.add(
      'authentication.refreshCookie.name',
      "a __Host- cookie needs path: '/' (RFC 6265bis §4.1.3.2)",
    );
  return Object.freeze({ name, path, sameSite });
}
