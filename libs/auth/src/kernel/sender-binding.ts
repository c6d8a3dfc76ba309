import { digest } from './opaque.js';

// What a thumbprint of a key never begins with.
const OF_COOKIE = 'cookie:';
/** The member of `cnf` (RFC 7800) for a cookie, named after `x5t#S256` (RFC 8705). */
const COOKIE_MEMBER = 'cookie#S256';

/** What a token says about who may use it: of one binding or another. */
export type Confirmation = { readonly jkt?: unknown; readonly [COOKIE_MEMBER]?: unknown };

/** The binding to whoever has a fingerprint cookie. */
export function cookieBinding(fingerprint: string): string {
  return OF_COOKIE + digest(fingerprint);
}

/** Whether a binding is to a cookie, and not to a key. */
export function isCookieBinding(binding: string): boolean {
  return binding.startsWith(OF_COOKIE);
}

/** Whether a value is a binding: the thumbprint of a key, or that of a cookie. */
export function isBinding(value: unknown): value is string {
  return typeof value === 'string' && /^(?:cookie:)?[\w-]{43}$/.test(value);
}

/** `cnf` of a token that is bound. */
export function confirmationOf(binding: string): Confirmation {
  return isCookieBinding(binding) ? { [COOKIE_MEMBER]: binding.slice(OF_COOKIE.length) } : { jkt: binding };
}

/** What a `cnf` binds to, as far as it is a binding of ours; one that makes no sense is never what somebody proved. */
export function bindingOf(confirmation: Confirmation): unknown {
  const { jkt, [COOKIE_MEMBER]: cookie } = confirmation;
  return jkt ?? (typeof cookie === 'string' ? OF_COOKIE + cookie : cookie);
}

/** Whether a token of ours says that it is bound to a cookie; nothing of it is verified. */
export function saysCookie(token: string): boolean {
  const [, payload = ''] = token.split('.', 2);
  return Buffer.from(payload, 'base64url').includes(`"cnf":{"${COOKIE_MEMBER}":"`);
}
