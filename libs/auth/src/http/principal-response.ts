import type { Principal } from '../kernel/principal.js';
import { formatScope } from '../kernel/scope.js';

/** Answer of `GET /auth/me`, in the words of the claims. */
export interface PrincipalResponse {
  readonly sub: string;
  readonly client_id: string;
  /** Empty when the token has no scope claim. */
  readonly scope: string;
  readonly roles: readonly string[];
  readonly sid?: string;
  /** Epoch seconds. */
  readonly auth_time?: number;
  /** Epoch seconds. */
  readonly exp: number;
}

/** The public view of a principal. */
export function toPrincipalResponse(principal: Principal): PrincipalResponse {
  const { sessionId, authenticatedAt } = principal;
  return {
    sub: principal.subject,
    client_id: principal.clientId,
    scope: formatScope(principal.scope ?? []),
    roles: principal.roles,
    ...(sessionId !== undefined && { sid: sessionId }),
    ...(authenticatedAt !== undefined && { auth_time: Math.floor(authenticatedAt / 1000) }),
    exp: Math.floor(principal.expiresAt / 1000),
  };
}
