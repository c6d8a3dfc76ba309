/** An API key as it can be shown again and again: everything but the secret. */
export interface ApiKey {
  /** Public: the part of the key between its prefix and its secret. */
  readonly id: string;
  /** What its owner calls it. */
  readonly name: string;
  /** Whom it speaks for: a user, or a service of the host. */
  readonly subject: string;
  /** `client_id` of what it speaks for; `revokeClient()` ends it. `undefined`: the subject is its own client. */
  readonly clientId: string | undefined;
  /** Role names; what they grant comes from the live role graph. */
  readonly roles: readonly string[];
  /** What the key may be used for, at most; `undefined`: it isn't narrowed, and routes that ask for a scope refuse it. */
  readonly scope: readonly string[] | undefined;
  /** Data of the host: the claims of the principal. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Calls that are admitted in any interval of this length; `undefined`: the key has no limit of its own. */
  readonly rateLimit: { readonly limit: number; readonly windowMs: number } | undefined;
  /** Epoch ms. */
  readonly createdAt: number;
  /** Epoch ms; `undefined`: it is good until it is revoked. */
  readonly expiresAt: number | undefined;
  /** When it was shown last, a minute out at most, epoch ms; `undefined`: never. */
  readonly lastUsedAt: number | undefined;
}
