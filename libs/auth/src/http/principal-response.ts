import { END_OF_TIME } from '../kernel/clock.js';
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
  readonly amr?: readonly string[];
  readonly acr?: string;
  readonly session_data?: Readonly<Record<string, unknown>>;
  /** Epoch seconds; absent for a credential without an end. */
  readonly exp?: number;
}

/** The public view of a principal. */
export function toPrincipalResponse(principal: Principal): PrincipalResponse {
  const { sessionId, authenticatedAt, amr, acr, sessionData, expiresAt } = principal;
  return {
    sub: principal.subject,
    client_id: principal.clientId,
    scope: formatScope(principal.scope ?? []),
    roles: principal.roles,
    ...(sessionId !== undefined && { sid: sessionId }),
    ...(authenticatedAt !== undefined && { auth_time: Math.floor(authenticatedAt / 1000) }),
    ...(amr !== undefined && { amr }),
    ...(acr !== undefined && { acr }),
    ...(sessionData !== undefined && { session_data: sessionData }),
    ...(expiresAt < END_OF_TIME && { exp: Math.floor(expiresAt / 1000) }),
  };
}
