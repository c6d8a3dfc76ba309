import type { HttpResponse } from '../context/call.js';
import { type AuthError, isAuthError } from '../kernel/auth-error.js';
import { type ChallengeSettings, wwwAuthenticate } from './www-authenticate.js';

/** Header fields with their values. */
export type HeaderFields = readonly (readonly [name: string, value: string])[];

/** What belongs into the header of an answer that refuses: nobody may cache it; challenge and wait where there are any. */
export function refusalHeaders(error: AuthError, settings: ChallengeSettings): HeaderFields {
  const headers: [string, string][] = [['Cache-Control', 'no-store']];
  const challenge = wwwAuthenticate(error, settings);
  if (challenge !== undefined) headers.push(['WWW-Authenticate', challenge]);
  const { retryAfterSeconds, dpopNonce } = error.occurrence;
  if (dpopNonce !== undefined) headers.push(['DPoP-Nonce', dpopNonce]);
  if (retryAfterSeconds !== undefined)
    headers.push(['Retry-After', String(Math.max(1, Math.ceil(retryAfterSeconds)))]);
  return headers;
}

/**
 * Puts the {@link refusalHeaders} of a refusal on the response before it is thrown any further: whatever filter of the
 * host writes the answer then, they are in it. Errors that aren't ours are the host's.
 */
export function announceRefusal(
  error: unknown,
  response: HttpResponse | undefined,
  settings: ChallengeSettings,
): void {
  if (!isAuthError(error) || response === undefined || hasBegun(response)) return;
  for (const [name, value] of refusalHeaders(error, settings)) response.header(name, value);
}

function hasBegun({ headersSent, sent }: HttpResponse): boolean {
  return headersSent === true || sent === true;
}
