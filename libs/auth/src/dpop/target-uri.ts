// RFC 3986, as far as `URL` doesn't mend it silently: no white space, no backslash, ASCII only.
const HTTP_URI = /^https?:\/\/[!#-[\]-~]+$/i;

/**
 * A URI in the one spelling that two of them are compared in (RFC 9449 §4.3): scheme, host and port by RFC 3986 §6.2.3, the
 * escapes and dots of its path by §6.2.2, without query and fragment. `undefined` for what is no such URI.
 */
export function normalisedUri(text: string): string | undefined {
  if (!HTTP_URI.test(text) || !URL.canParse(text)) return undefined;
  const { origin, pathname, username, password } = new URL(text);
  if (username !== '' || password !== '') return undefined;
  return origin + pathname.replaceAll(/%[\da-f]{2}/gi, normalisedEscape);
}

/**
 * Where a request went, as its sender knows it: its path below the public base URL. What the `Host` header says is anybody's choice.
 * @param baseUrl without a slash at its end
 * @param target of the request, in origin or absolute form (RFC 9112 §3.2)
 */
export function targetUri(baseUrl: string, target: string): string | undefined {
  const path = target.startsWith('/') ? target : pathOfAbsolute(target);
  // Put together as text: a path that begins with two slashes would be another host.
  return path === undefined ? undefined : normalisedUri(baseUrl + path);
}

function pathOfAbsolute(target: string): string | undefined {
  return /^https?:\/\/[^/?#]*(\/.*)?$/i.exec(target)?.[1];
}

// §6.2.2.2: what need not be escaped isn't; §6.2.2.1: other escapes are in capital letters.
function normalisedEscape(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
}
