import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';

/** What either cookie may be told. */
type CookieOptions = Partial<CookieSettings>;

/** Either cookie, resolved. */
export interface CookieSettings {
  readonly name: string;
  /** `undefined`: the folder of the endpoint, as requested. */
  readonly path: string | undefined;
  /** `undefined`: this host only. */
  readonly domain: string | undefined;
  readonly sameSite: 'Strict' | 'Lax' | 'None';
  /** One for each site whose pages use it: browsers that keep no cookies for other sites keep these (CHIPS). */
  readonly partitioned: boolean;
}

const HOST_ONLY = /^__host-/i;
const COOKIE_NAME = { pattern: /^[\w!#$%&'*+.^`|~-]+$/, expected: 'a cookie name (RFC 6265 §4.1.1)' };
// RFC 6265 §4.1.1: path-value = <any CHAR except CTLs or ";">
const COOKIE_PATH = { pattern: /^\/[!-:<-~]*$/, expected: "a path that starts with '/'" };
// RFC 6265 §4.1.1: domain-value; a single label or an address is a host, and needs no domain.
const COOKIE_DOMAIN = {
  pattern: /^(?!.*\.\d+$)(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z\d-]*[a-z\d]$/i,
  expected: "a domain such as 'example.com'",
};

/** The two cookies in the options of authentication. */
type Reader = OptionReader<{
  readonly refreshCookie?: boolean | CookieOptions;
  readonly accessCookie?: boolean | CookieOptions;
  readonly fingerprintCookie?: boolean;
}>;

/** How the cookie is set that tokens in bodies are bound to. */
const FINGERPRINT_COOKIE: CookieSettings = Object.freeze({
  name: '__Host-fingerprint',
  path: '/',
  domain: undefined,
  sameSite: 'Strict',
  partitioned: false,
});

/** Resolves the cookies: `true` stands for the defaults, and `false` for none. */
export function resolveCookies(
  read: Reader,
): Readonly<Record<'refreshCookie' | 'accessCookie' | 'fingerprintCookie', CookieSettings | undefined>> {
  const refreshCookie = resolveCookie(read, 'refreshCookie', refreshCookieSettings);
  const accessCookie = resolveCookie(read, 'accessCookie', accessCookieSettings);
  if (accessCookie !== undefined && accessCookie.name === refreshCookie?.name)
    read.refuse('accessCookie', `has the name of the refresh cookie: '${accessCookie.name}'`);
  const isOn = read.flag('fingerprintCookie', false);
  if (isOn && accessCookie !== undefined)
    read.refuse('fingerprintCookie', 'is for tokens that scripts can read: with accessCookie none can');
  if (isOn && refreshCookie?.partitioned === true)
    read.refuse(
      'fingerprintCookie',
      'is kept for pages of this site only, and refreshCookie.partitioned is for others',
    );
  return { refreshCookie, accessCookie, fingerprintCookie: isOn ? FINGERPRINT_COOKIE : undefined };
}

function resolveCookie(
  read: Reader,
  option: 'refreshCookie' | 'accessCookie',
  resolve: (read: OptionReader<CookieOptions>) => CookieSettings,
): CookieSettings | undefined {
  const given = read.raw(option);
  if (given === undefined || given === false) return undefined;
  return readOptions<CookieOptions, CookieSettings>(
    given === true ? {} : given,
    read.pathOf(option),
    read.findings,
    resolve,
    { expected: 'true, false or an object' },
  );
}

function refreshCookieSettings(read: OptionReader<CookieOptions>): CookieSettings {
  const name = read.text('name', '__Secure-refresh_token', COOKIE_NAME);
  const path = read.text('path', undefined, COOKIE_PATH);
  // Browsers drop such a cookie without a word, and everybody is logged out after one access-token lifetime.
  if (HOST_ONLY.test(name) && path !== '/')
    read.refuse('name', "a __Host- cookie needs path: '/' (RFC 6265bis §4.1.3.2)");
  return Object.freeze({ name, path, ...placeSettings(read, name) });
}

function accessCookieSettings(read: OptionReader<CookieOptions>): CookieSettings {
  const usual = read.has('domain') ? '__Secure-access_token' : '__Host-access_token';
  const name = read.text('name', usual, COOKIE_NAME);
  return Object.freeze({ name, path: '/', ...placeSettings(read, name) });
}

function placeSettings(
  read: OptionReader<Pick<CookieOptions, 'domain' | 'sameSite' | 'partitioned'>>,
  name: string,
): Pick<CookieSettings, 'domain' | 'sameSite' | 'partitioned'> {
  const domain = read.text('domain', undefined, COOKIE_DOMAIN);
  if (HOST_ONLY.test(name) && domain !== undefined)
    read.refuse('domain', 'a __Host- cookie is of this host only (RFC 6265bis §4.1.3.2)');
  const sameSite = read.choice('sameSite', ['Strict', 'Lax', 'None']);
  const partitioned = read.flag('partitioned', false);
  if (partitioned && sameSite !== 'None')
    read.refuse(
      'partitioned',
      "is for pages of other sites, which get the cookie with sameSite: 'None' only",
    );
  return { domain, sameSite, partitioned };
}
