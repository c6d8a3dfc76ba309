/** A stable error code. */
export type AuthErrorCode =
  | 'invalid_request'
  | 'unauthenticated'
  | 'invalid_credentials'
  | 'invalid_token'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'fresh_auth_required'
  | 'insufficient_scope'
  | 'access_denied'
  | 'cross_site_request'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_target'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'session_not_found'
  | 'session_limit_reached'
  | 'api_key_limit_reached'
  | 'quota_exceeded'
  | 'store_unavailable';

/** One row of the error table: everything a client may learn about a refusal. */
export interface ErrorCatalogueEntry {
  /** HTTP status of the answer. */
  readonly status: number;
  /** Public one-line title; never changes with the occurrence. */
  readonly title: string;
  /** OAuth 2 `error` word (RFC 6749 §5.2, RFC 6750 §3.1, RFC 8628 §3.5, RFC 8707 §2, RFC 9449 §12.2, RFC 9470 §3) where the field has one. */
  readonly oauthError?: string;
  /** What `WWW-Authenticate` carries: `bare` is scheme and realm only, `error` adds the OAuth word, `basic` asks for a client's secret. */
  readonly challenge?: 'bare' | 'error' | 'basic';
  /** Whether the private detail of an {@link AuthError} may be shown to the client. */
  readonly showsDetail?: true;
}

/** The one table of refusals: code to status, title, OAuth word and challenge. */
export const errorCatalogue = {
  invalid_request: {
    status: 400,
    title: 'The request is malformed',
    oauthError: 'invalid_request',
    showsDetail: true,
  },
  unauthenticated: { status: 401, title: 'Authentication is required', challenge: 'bare' },
  invalid_credentials: {
    status: 401,
    title: 'The credentials are not valid',
    oauthError: 'invalid_grant',
    challenge: 'bare',
  },
  invalid_token: {
    status: 401,
    title: 'The access token is not valid',
    oauthError: 'invalid_token',
    challenge: 'error',
  },
  invalid_dpop_proof: {
    status: 401,
    title: 'The proof of possession is missing or not valid',
    oauthError: 'invalid_dpop_proof',
    challenge: 'error',
  },
  use_dpop_nonce: {
    status: 401,
    title: 'The proof of possession needs the nonce of this answer',
    oauthError: 'use_dpop_nonce',
    challenge: 'error',
  },
  fresh_auth_required: {
    status: 401,
    title: 'A more recent or stronger authentication is required',
    oauthError: 'insufficient_user_authentication',
    challenge: 'error',
  },
  insufficient_scope: {
    status: 403,
    title: 'The access token lacks a required scope',
    oauthError: 'insufficient_scope',
    challenge: 'error',
  },
  access_denied: { status: 403, title: 'Access is denied' },
  cross_site_request: { status: 403, title: 'Another site may not send this request' },
  invalid_grant: {
    status: 400,
    title: 'The grant or refresh token is not valid',
    oauthError: 'invalid_grant',
  },
  invalid_scope: { status: 400, title: 'The requested scope is not valid', oauthError: 'invalid_scope' },
  invalid_client: {
    status: 401,
    title: 'Client authentication failed',
    oauthError: 'invalid_client',
    challenge: 'basic',
  },
  unauthorized_client: {
    status: 400,
    title: 'The client may not use this grant',
    oauthError: 'unauthorized_client',
  },
  unsupported_grant_type: {
    status: 400,
    title: 'The grant type is not supported',
    oauthError: 'unsupported_grant_type',
  },
  invalid_target: {
    status: 400,
    title: 'The requested resource is not valid',
    oauthError: 'invalid_target',
    showsDetail: true,
  },
  authorization_pending: {
    status: 400,
    title: 'The user has not answered yet',
    oauthError: 'authorization_pending',
  },
  slow_down: { status: 400, title: 'The client asks too often', oauthError: 'slow_down' },
  expired_token: { status: 400, title: 'The device code has expired', oauthError: 'expired_token' },
  session_not_found: { status: 404, title: 'There is no such session' },
  session_limit_reached: { status: 409, title: 'Too many sessions are open' },
  api_key_limit_reached: { status: 409, title: 'There are too many API keys' },
  quota_exceeded: { status: 429, title: 'Too many requests', showsDetail: true },
  store_unavailable: { status: 503, title: 'The service is temporarily unavailable' },
} as const satisfies Record<AuthErrorCode, ErrorCatalogueEntry>;
