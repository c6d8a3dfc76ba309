import type { Principal } from '../kernel/principal.js';
import { formatScope } from '../kernel/scope.js';
import type { Session } from '../sessions/session.js';

/** Answer about a token (RFC 7662 §2.2). No `username`: a resource server knows users by `sub`, as guards do. */
export type TokenIntrospection = Readonly<Record<string, unknown>> & { readonly active: boolean };

/** What is told of a live access token: what a resource server would find in it after all checks. */
export function ofAccessToken({ claims, subject, clientId, scope, ...token }: Principal): TokenIntrospection {
  // RFC 9470 §6.2: how somebody proved who they are is told where it is known.
  const { iss, aud, auth_time, acr, cnf, act } = claims;
  return defined({
    active: true,
    token_type: typeOf(cnf),
    sub: subject,
    client_id: clientId,
    scope: scope && formatScope(scope),
    iss,
    aud,
    jti: token.tokenId,
    iat: seconds(token.issuedAt),
    exp: seconds(token.expiresAt),
    auth_time,
    acr,
    cnf,
    act,
  });
}

/**
 * What its own client is told of a live refresh token. It has no `token_type`, and its audience is the issuer: who takes an
 * answer of `active` for the one about an access token must stumble over that.
 */
export function ofRefreshToken(session: Session, issuer: string): TokenIntrospection {
  const { subject, clientId, scope, lastUsedAt, idleExpiresAt } = session;
  return defined({
    active: true,
    sub: subject,
    client_id: clientId,
    scope: scope && formatScope(scope),
    iss: issuer,
    aud: issuer,
    iat: seconds(lastUsedAt),
    exp: seconds(idleExpiresAt),
  });
}

/** RFC 9449 §6.2: what is bound to a key must not be taken for what everybody may use. */
function typeOf(confirmation: unknown): string {
  const { jkt } = (confirmation ?? {}) as { readonly jkt?: unknown };
  return jkt === undefined ? 'Bearer' : 'DPoP';
}

function seconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}

/** Without what there is nothing to say of: `null` would be a value. */
function defined(answer: TokenIntrospection): TokenIntrospection {
  return Object.fromEntries(
    Object.entries(answer).filter(([, value]) => value !== undefined),
  ) as TokenIntrospection;
}
