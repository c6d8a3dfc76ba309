import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import { cookiesOf } from '../../authentication/requests/request-cookies.js';
import { randomId } from '../../kernel/opaque.js';

// No neighbour domain can set one of this name, so nobody can give a browser the value of another.
const NAME = '__Host-gatehouse_authorization';
const VALUE = /^[\w-]{43}$/;
// As long as what it is needed for, with the time in which somebody reads a page.
const MAX_AGE_SECONDS = 20 * 60;

/** What tells a browser from others while it is asked for authorization: whatever of it is ours by form. */
export function browsersOf(request: CredentialRequest): readonly string[] {
  return cookiesOf(request, NAME).filter((value) => VALUE.test(value));
}

/** The value to bind a request to: that of earlier requests, which may still wait in other tabs, or a new one. */
export function browserFor(known: readonly string[]): string {
  const [only, ...others] = known;
  return only !== undefined && others.length === 0 ? only : randomId();
}

/** The value of `Set-Cookie` that keeps it. Clients are other sites, so it has to come along with their links. */
export function browserCookie(value: string): string {
  return `${NAME}=${value}; Max-Age=${MAX_AGE_SECONDS}; Path=/; HttpOnly; Secure; SameSite=Lax`;
}
