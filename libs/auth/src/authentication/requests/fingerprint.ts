import { cookieBinding } from '../../kernel/sender-binding.js';
import type { CredentialRequest } from './credentials.js';
import { cookiesOf } from './request-cookies.js';

/** What a request proves by its fingerprint cookie; `undefined` without one, and with two, of which nobody knows which is ours. */
export function fingerprintBinding(request: CredentialRequest, name: string): string | undefined {
  const [fingerprint, ...others] = cookiesOf(request, name);
  return fingerprint === undefined || others.length > 0 ? undefined : cookieBinding(fingerprint);
}
