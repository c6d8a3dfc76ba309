const MAX_LENGTH = 300;
const MAX_CAUSES = 5;
const ADDRESS = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>]+/gi;

/**
 * Why something failed, in one line for logs and events: the message and what the causes underneath add (`ENOTFOUND`,
 * `CERT_HAS_EXPIRED`). Addresses lose their credentials and query.
 */
export function failureReason(error: unknown): string {
  const parts: string[] = [];
  let at = error;
  for (let depth = 0; depth < MAX_CAUSES && isFailure(at); depth += 1) {
    for (const part of [textOf(at.message) || textOf(at.name), textOf(at.code)])
      if (part !== '' && !parts.some((known) => known.includes(part))) parts.push(part);
    // Of several addresses that were tried, the first tells enough.
    at = Array.isArray(at.errors) ? at.errors[0] : at.cause;
  }
  const line = parts.length === 0 ? 'an unknown failure' : parts.join(': ');
  return line
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .replaceAll(ADDRESS, publicAddress)
    .slice(0, MAX_LENGTH);
}

/** An address without what may be secret in it. */
export function publicAddress(address: string): string {
  if (!URL.canParse(address)) return 'an address';
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

interface Failure {
  readonly name?: unknown;
  readonly message: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

// Not by class: the errors of `fetch` are those of another realm wherever the app runs in one of its own.
function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'message' in value;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
