// Also what turns round the words behind it on a page (a name that strangers chose), or begins another line.
const CONTROLS = /[\p{Control}\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * Refuses to take a text with lone surrogates for an identifier: of texts that differ in lone surrogates only, UTF-8,
 * hashes and Redis make one.
 * @throws TypeError which does not show the text
 */
export function requireWellFormed(id: string): void {
  if (!id.isWellFormed()) throw notWellFormed();
}

/** What {@link requireWellFormed} throws. */
export function notWellFormed(): TypeError {
  return new TypeError('an identifier has a lone surrogate: it is not well-formed Unicode');
}

/** Whether something is text that can be an identifier: non-empty and well-formed. */
export function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.isWellFormed();
}

/**
 * A text that a client chose, fit to be kept and shown: well-formed Unicode without control characters (those of
 * the direction of writing included), at most `maxLength` code points long.
 */
export function clientText(text: string, maxLength: number): string {
  // A code point takes two units at most, so nothing that is kept is cut off here.
  const head = text.slice(0, 4 * maxLength).replace(CONTROLS, '');
  const whole = text.length > 4 * maxLength ? withoutHalf(head) : head;
  return Array.from(whole.toWellFormed(), (point) => point)
    .slice(0, maxLength)
    .join('');
}

// The first half of a pair at the end is what the cut above left of it.
function withoutHalf(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}

const SHORTEST_SECRET = 4;

/**
 * A text for logs, such as the message of a failed query, in which no secret is quoted: neither as it is nor as in a URL.
 * @param secret a text, or an object whose members are
 */
export function withoutSecret(text: string, secret: unknown): string {
  const members: readonly unknown[] =
    typeof secret === 'object' && secret !== null ? Object.values(secret) : [secret];
  return members
    .filter((each) => typeof each === 'string')
    .filter((each) => each.length >= SHORTEST_SECRET)
    .flatMap((each) => [each, encodeURIComponent(each.toWellFormed())])
    .reduce((told, each) => told.replaceAll(each, '[secret]'), text);
}
