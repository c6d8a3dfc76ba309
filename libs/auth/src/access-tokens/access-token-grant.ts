/** What an access token is to say. */
export interface AccessTokenGrant {
  /** `sub`: a user id, or `client:<clientId>` for a machine. */
  readonly subject: string;
  /** `client_id` of the application it is issued to. */
  readonly clientId: string;
  /** Granted scope; without it the token isn't narrowed. */
  readonly scope?: readonly string[] | undefined;
  /** Role names. */
  readonly roles: readonly string[];
  /** `sid`; absent for machines. */
  readonly sessionId?: string | undefined;
  /** The revocation epoch the token belongs to. */
  readonly epoch: number;
  /** When the user last proved who they are, epoch ms; absent for machines. */
  readonly authenticatedAt?: number | undefined;
  /**
   * `iat`, epoch ms: when the decision to issue was begun, so that a revocation decided after it outlives the token.
   * @default now
   */
  readonly issuedAt?: number | undefined;
  /** Life in ms, at most `accessTokens.maxTtl`. @default `accessTokens.ttl` */
  readonly ttlMs?: number | undefined;
  /** When the token has to end whatever its life, epoch ms: the absolute end of its session. */
  readonly expiresBy?: number | undefined;
  /** Claims of the host for this token alone. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** A signed access token. */
export interface IssuedAccessToken {
  readonly token: string;
  /** `jti`. */
  readonly tokenId: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** `expires_in` (RFC 6749 §5.1). */
  readonly expiresInSeconds: number;
}
