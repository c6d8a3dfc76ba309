import type { AuthError } from '../kernel/auth-error.js';
import { formatScope } from '../kernel/scope.js';

/** The `WWW-Authenticate` value of a refusal (RFC 6750 §3, RFC 9470 §3), or `undefined` where none belongs. */
export function wwwAuthenticate({ entry, options }: AuthError, realm: string): string | undefined {
  if (entry.challenge === undefined) return undefined;
  const parameters = [`realm=${quoted(realm)}`];
  // RFC 6750 §3.1: a request without credentials gets no error code.
  if (entry.challenge === 'error' && entry.oauthError !== undefined) {
    parameters.push(`error=${quoted(entry.oauthError)}`, `error_description=${quoted(entry.title)}`);
  }
  if (options.scope !== undefined) parameters.push(`scope=${quoted(formatScope(options.scope))}`);
  if (options.maxAgeSeconds !== undefined)
    parameters.push(`max_age=${quoted(String(options.maxAgeSeconds))}`);
  return `Bearer ${parameters.join(', ')}`;
}

/** A quoted-string (RFC 9110 §5.6.4); control characters can't be written and are dropped. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[^ -~]/g, '').replaceAll(/["\\]/g, '\\$&')}"`;
}
