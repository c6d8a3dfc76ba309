import type { Principal } from '../kernel/principal.js';

/** What an access token is to say, as far as it is known before anything is committed. */
export interface AccessTokenContent {
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
  /** Number of the refresh token that it is handed out with; absent for machines and with the first pair of a session. */
  readonly generation?: number | undefined;
  /** When the user last proved who they are, epoch ms; absent for machines. */
  readonly authenticatedAt?: number | undefined;
  /** `amr`: how they did (RFC 8176). */
  readonly amr?: readonly string[] | undefined;
  /** `acr`: how far that can be relied upon. */
  readonly acr?: string | undefined;
  /** `act`: who acts for the subject (RFC 8693 §4.1), and who did before. */
  readonly act?: Readonly<Record<string, unknown>> | undefined;
  /** The tokens that an exchange makes it of. */
  readonly exchangedFrom?: Principal['exchangedFrom'];
  /** `session_data`: plain data that the host chose for the whole session. */
  readonly sessionData?: Readonly<Record<string, unknown>> | undefined;
  /** RFC 7638 thumbprint of the key that whoever uses it has to hold (`cnf.jkt`, RFC 9449 §6); without it whoever has it may. */
  readonly binding?: string | undefined;
  /** The one resource that it is for (RFC 8707), of `audience`. @default all of them */
  readonly resource?: string | undefined;
  /** Lifetime in ms, at most `accessTokens.maxTtl`. @default `accessTokens.ttl` */
  readonly ttlMs?: number | undefined;
  /** Claims of the host about the subject; `accessTokens.claims` is asked afterwards and may replace them. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** What only the commit tells: the answer of the store that opened or rotated the session. */
export interface CommittedTerms {
  /** The revocation epoch the token belongs to. */
  readonly epoch: number;
  /** How many answers to the refresh were taken for lost before this one. @default 0 */
  readonly lostAnswers?: number | undefined;
  /** When the token has to end whatever its lifetime, epoch ms: the absolute end of its session. */
  readonly expiresBy?: number | undefined;
}

/** An access token of which everything is done that can be done, and can fail, before the commit. */
export interface PlannedAccessToken {
  /**
   * The token under the terms of the commit. Where they are as expected, nothing is asked of anybody any more.
   * @throws AuthError `store_unavailable` for whatever fails now
   */
  handOut(terms: CommittedTerms): Promise<IssuedAccessToken>;
}

/** A signed access token. */
export interface IssuedAccessToken {
  readonly token: string;
  /** Who it speaks for, read from the claims that were signed as a verifier reads them. */
  readonly principal: Principal;
  /** `expires_in` (RFC 6749 §5.1). */
  readonly expiresInSeconds: number;
}
