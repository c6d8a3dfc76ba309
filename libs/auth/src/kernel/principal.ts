/** Who is calling: the verified content of an access token in the library's own words. */
export interface Principal {
  /** `sub`: the user, or `client:<id>` for a machine. */
  readonly subject: string;
  /** `client_id` of the application the token was issued to. */
  readonly clientId: string;
  /** Granted scope; `undefined` when the token has no scope claim and so isn't narrowed. */
  readonly scope: readonly string[] | undefined;
  /** Role names; what they grant comes from the live role graph. */
  readonly roles: readonly string[];
  /** `sid`; `undefined` for machine tokens. */
  readonly sessionId: string | undefined;
  /** `jti`. */
  readonly tokenId: string;
  /** The revocation epoch the token was issued under; `undefined` for a token of another issuer, which knows of none. */
  readonly epoch: number | undefined;
  /** When the user last proved who they are, epoch ms; `undefined` for machine tokens. */
  readonly authenticatedAt: number | undefined;
  /** `iat`, epoch ms. */
  readonly issuedAt: number;
  /** `exp`, epoch ms. */
  readonly expiresAt: number;
  /** Every claim of the token, host claims included. */
  readonly claims: Readonly<Record<string, unknown>>;
}
