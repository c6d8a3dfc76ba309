import type { JsonObject } from '../jose/strict-json.js';
import { isObject } from '../kernel/configuration/option-reader.js';
import { readTokenHeader, type TokenHeader } from './access-token-header.js';
import { isMeantFor, optional, text, timesOf } from './access-token-principal.js';
import type { AccessTokensSettings } from './access-tokens.settings.js';
import { invalidToken } from './invalid-token.js';

/** What a logout token of another issuer says. One of subject and session is there. */
export interface LogoutToken {
  /** `jti`. */
  readonly tokenId: string;
  readonly subject: string | undefined;
  /** `sid`: a session of the issuer. */
  readonly sessionId: string | undefined;
  /** `iat`, epoch ms. */
  readonly issuedAt: number;
  /** `exp`, epoch ms. */
  readonly expiresAt: number;
}

// OpenID Connect Back-Channel Logout 1.0 §2.4.
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
// A type of its own is recommended; issuers that know of none say JWT, or nothing.
const TYPES: readonly unknown[] = [undefined, 'jwt', 'logout+jwt', 'application/logout+jwt'];

/** Checks the header of a logout token. @throws AuthError `invalid_token` */
export function readLogoutTokenHeader(header: JsonObject): TokenHeader {
  const { typ } = header;
  if (!TYPES.includes(typeof typ === 'string' ? typ.toLowerCase() : typ))
    throw invalidToken('the type is not that of a logout token');
  return readTokenHeader(header);
}

/** Checks the claims of a logout token whose signature is good (§2.6). @throws AuthError `invalid_token` */
export function readLogoutToken(
  claims: JsonObject,
  { issuer, foreign, clockToleranceMs }: AccessTokensSettings,
  now: number,
): LogoutToken {
  if (foreign === undefined) throw invalidToken('tokens of another issuer are not accepted here');
  if (claims['iss'] !== issuer) throw invalidToken('the issuer is another one');
  if (!isMeantFor(claims['aud'], foreign.logoutAudience)) throw invalidToken('the audience is another one');
  const times = timesOf(claims, { clockToleranceMs, foreign }, now);
  requireLogoutEvent(claims);
  const subject = optional(claims, foreign.subject, text);
  const sessionId = optional(claims, 'sid', text);
  if (subject === undefined && sessionId === undefined)
    throw invalidToken(`there is neither ${foreign.subject} nor sid`);
  return { tokenId: text(claims, 'jti'), subject, sessionId, ...times };
}

function requireLogoutEvent(claims: JsonObject): void {
  // So that no ID token is one.
  if (Object.hasOwn(claims, 'nonce')) throw invalidToken('a logout token must not have a nonce');
  const { events } = claims;
  if (!isObject(events) || !Object.hasOwn(events, EVENT) || !isObject(events[EVENT]))
    throw invalidToken('the event is not a back-channel logout');
}
