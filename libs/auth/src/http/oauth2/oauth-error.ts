import type { AuthError } from '../../kernel/auth-error.js';
import { type HeaderFields, refusalHeaders } from '../../problem-details/refusal-headers.js';
import type { ChallengeSettings } from '../../problem-details/www-authenticate.js';

/** A refusal in the words of RFC 6749 §5.2. */
export interface OAuthError {
  readonly status: number;
  readonly body: { readonly error: string; readonly error_description: string };
  readonly headers: HeaderFields;
}

// §5.2 knows no other: 401 where the client isn't authenticated. A limit or an outage is no mistake of the request.
const OWN_STATUS: ReadonlySet<number> = new Set([401, 403, 429, 503]);

/** What a client is told of a refusal. */
export function oauthErrorOf(error: AuthError, settings: ChallengeSettings): OAuthError {
  const { entry, code, occurrence } = error;
  const isOfUser = entry.status === 401 && code !== 'invalid_client';
  const status = isOfUser || !OWN_STATUS.has(entry.status) ? 400 : entry.status;
  const description = (entry.showsDetail && occurrence.detail) || entry.title;
  // A challenge belongs to a 401 (RFC 9110 §15.5.2), and that of a user's credentials isn't the client's.
  const headers = refusalHeaders(error, settings).filter(
    ([name]) => name !== 'WWW-Authenticate' || status === 401,
  );
  return {
    status,
    body: {
      error: occurrence.oauthError ?? entry.oauthError ?? wordFor(status),
      error_description: description,
    },
    headers: [...headers, ['Pragma', 'no-cache']],
  };
}

/** For what the RFC has no word of its own. */
function wordFor(status: number): string {
  if (status === 403) return 'access_denied';
  return status === 429 || status === 503 ? 'temporarily_unavailable' : 'invalid_request';
}
