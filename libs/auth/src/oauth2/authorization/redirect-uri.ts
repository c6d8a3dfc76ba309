// RFC 3986 §4.3: an absolute URI has no fragment; what isn't allowed in one, browsers mend in ways of their own.
const ABSOLUTE_URI = /^[a-z][a-z\d+.-]*:[\w\-.~:/?[\]@!$&'()*+,;=%]+$/i;
// RFC 8252 §7.3; the name as well, which clients register that have nothing else.
const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::\d{1,5})?(?=[/?]|$)/;
// Without the slashes browsers take it for a path of this server, while URL makes a host of what follows.
const AUTHORITY = /^https?:\/\/[^/?]/i;
const LONGEST = 2048;

/** What browsers run, open or fetch themselves, instead of handing it to an app. */
const NOT_OF_APPS: ReadonlySet<string> = new Set(
  'javascript data vbscript blob file filesystem about view-source ws wss ftp mailto tel sms urn'.split(' '),
);

/** What our answers say (RFC 6749 §4.1.2, RFC 9207 §2): a second one of the name may be taken for ours. */
const ANSWERED = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response'];

/** Why answers can't go to a redirect URI (RFC 6749 §3.1.2); `undefined` when they can. */
export function redirectUriProblem(uri: string): string | undefined {
  if (uri.includes('#')) return 'must have no fragment (RFC 6749 §3.1.2)';
  if (uri.length > LONGEST || !ABSOLUTE_URI.test(uri) || !URL.canParse(uri))
    return 'must be an absolute URI (RFC 6749 §3.1.2)';
  const { protocol, username, password, searchParams } = new URL(uri);
  const scheme = protocol.slice(0, -1);
  if (NOT_OF_APPS.has(scheme)) return `must not have the scheme ${scheme}`;
  if (username !== '' || password !== '') return 'must name no user';
  if (/^https?$/.test(scheme) && !AUTHORITY.test(uri)) return 'must name its host behind two slashes';
  if (scheme === 'http' && !LOOPBACK.test(uri)) return 'must be https, but for loopback (RFC 9700 §2.1)';
  const taken = ANSWERED.find((name) => searchParams.has(name));
  return taken === undefined ? undefined : `must not have a parameter ${taken}, which the answer has`;
}

/**
 * Whether a client registered this redirect URI: as exact text (RFC 9700 §2.1), but for the port of a loopback address, which an
 * app learns when it starts to listen (RFC 8252 §7.3).
 */
export function isRegistered(uri: string, registered: readonly string[] = []): boolean {
  return (
    registered.includes(uri) || (isLoopback(uri) && registered.map(withoutPort).includes(withoutPort(uri)))
  );
}

function isLoopback(uri: string): boolean {
  return LOOPBACK.test(uri) && URL.canParse(uri);
}

/** Of other than loopback addresses the port counts. */
function withoutPort(uri: string): string {
  return uri.replace(LOOPBACK, '$1');
}

/** A redirect URI with the parameters of an answer behind its own (RFC 6749 §3.1.2). */
export function answeredAt(
  redirectUri: string,
  answer: Readonly<Record<string, string | undefined>>,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) parameters.set(name, value);
  const joint = !redirectUri.includes('?') ? '?' : /[?&]$/.test(redirectUri) ? '' : '&';
  // Some platforms read a plus as a plus.
  return redirectUri + joint + parameters.toString().replaceAll('+', '%20');
}
