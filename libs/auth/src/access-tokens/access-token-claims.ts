import { randomId } from '../kernel/opaque.js';
import { formatScope } from '../kernel/scope.js';
import type { AccessTokenGrant } from './access-token-grant.js';
import type { AccessTokensSettings, HostClaims } from './access-tokens.settings.js';

const JTI_BYTES = 16;

// Set by the library or with a meaning in the RFCs that it doesn't give them: never taken from the host.
const RESERVED: ReadonlySet<string> = new Set(
  (
    'iss sub aud exp nbf iat jti client_id scope sid roles epoch auth_time ' +
    'cnf act may_act azp typ acr amr __proto__'
  ).split(' '),
);

/** The claims of a token as they are signed (RFC 9068 §2.2). */
export interface AccessTokenClaims extends Readonly<Record<string, unknown>> {
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
}

/** The claims for a grant; whatever the host adds can't replace a registered one. */
export function claimsFor(
  grant: AccessTokenGrant,
  hostClaims: HostClaims,
  settings: AccessTokensSettings,
  now: number,
): AccessTokenClaims {
  const iat = Math.floor(now / 1000);
  const untilEndMs = (grant.expiresBy ?? Infinity) - now;
  const ttlMs = Math.min(grant.ttlMs ?? settings.ttlMs, settings.maxTtlMs, untilEndMs);
  const { scope, sessionId, authenticatedAt } = grant;
  return {
    ...withoutReserved(hostClaims),
    ...withoutReserved(grant.claims ?? {}),
    iss: settings.issuer,
    aud: settings.audience.length === 1 ? settings.audience[0] : settings.audience,
    sub: grant.subject,
    client_id: grant.clientId,
    iat,
    exp: iat + Math.max(1, Math.floor(ttlMs / 1000)),
    jti: randomId(JTI_BYTES),
    roles: grant.roles,
    epoch: grant.epoch,
    ...(scope !== undefined && { scope: formatScope(scope) }),
    ...(sessionId !== undefined && { sid: sessionId }),
    ...(authenticatedAt !== undefined && { auth_time: Math.floor(authenticatedAt / 1000) }),
  };
}

function withoutReserved(claims: HostClaims): HostClaims {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !RESERVED.has(name)));
}
