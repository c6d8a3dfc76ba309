/** What the subject of a machine begins with, its client id follows; that of a user never does (RFC 9068 §5). */
export const MACHINE_PREFIX = 'client:';

/** What the principal of an API key of ours says as `scheme`. */
export const API_KEY_SCHEME = 'ApiKey';

/** A token that another one was made of. */
type TokenOrigin = {
  readonly subject: string;
  readonly clientId: string;
  readonly tokenId: string;
  readonly sessionId: string | undefined;
  readonly epoch: number;
};

/** Who is calling: the verified content of an access token, or of another credential, in the library's own words. */
export interface Principal {
  /** Name of the scheme of the credential that was shown; left out for access tokens. */
  readonly scheme?: string;
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
  /** `amr`: how the user proved who they are (RFC 8176); `undefined` when nobody said so. */
  readonly amr: readonly string[] | undefined;
  /** `acr`: how far that can be relied upon (OpenID Connect Core §2); `undefined` when nobody said so. */
  readonly acr: string | undefined;
  /** `act.sub`: who acts for the subject (RFC 8693 §4.1), `client:<id>` for a machine; whoever did before is in `claims.act`. */
  readonly actor?: string | undefined;
  /** The tokens that an exchange made this one of (RFC 8693); the revocation of each of them is its own as well. */
  readonly exchangedFrom?: readonly TokenOrigin[] | undefined;
  /** `session_data`: what the host chose at login for this session, such as a tenant; `undefined` when it chose nothing. */
  readonly sessionData: Readonly<Record<string, unknown>> | undefined;
  /** `iat`, epoch ms. */
  readonly issuedAt: number;
  /** `exp`, epoch ms; of what has no end the last instant that a `Date` can hold. */
  readonly expiresAt: number;
  /** Every claim of the token, host claims included. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** What the credential itself is limited to, in any interval of this length; counted for each credential. An access token has none. */
  readonly rateLimit?: { readonly limit: number; readonly windowMs: number } | undefined;
}

/**
 * Names the credential of a principal, unlike any other one. `tokenId` alone doesn't: two issuers, a scheme of the host or two
 * subjects of it may use the same.
 */
export function credentialNameOf({
  scheme,
  subject,
  tokenId,
  claims,
}: Pick<Principal, 'scheme' | 'subject' | 'tokenId'> & Partial<Pick<Principal, 'claims'>>): string {
  return JSON.stringify([scheme, claims?.['iss'], subject, tokenId]);
}
