import type { Principal } from '../kernel/principal.js';
import type { Session } from '../sessions/session.js';

/** Who has just proved who they are, and for which application. */
export interface Login {
  readonly subject: string;
  readonly clientId: string;
  readonly roles: readonly string[];
  /** Granted scope; `undefined` leaves the tokens without a scope claim. */
  readonly scope?: readonly string[] | undefined;
  /** When the user proved who they are, epoch ms (`auth_time`). */
  readonly authenticatedAt: number;
  /** How they did (`amr`, RFC 8176), e.g. `['pwd', 'otp']`. */
  readonly amr?: readonly string[] | undefined;
  /** How far that can be relied upon (`acr`). */
  readonly acr?: string | undefined;
  /** Plain data about the user, for every token of the session; registered claims can't be replaced. At most 4 KiB of JSON. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Plain data that stays for as long as the session lives, such as a tenant. At most 4 KiB of JSON. */
  readonly sessionData?: Readonly<Record<string, unknown>> | undefined;
  readonly device: Session['device'] & {
    /** `id` of the request, for the record of the event; the session doesn't keep it. */
    readonly requestId?: string | undefined;
  };
  /** The one resource that its tokens are for (RFC 8707), of `audience`. @default all of them */
  readonly resource?: string | undefined;
  /**
   * RFC 7638 thumbprint of a key that the client has proved to hold: tokens of the session are for its holder only (RFC 9449).
   * @default none: whoever has the tokens may use them
   */
  readonly binding?: string | undefined;
  /**
   * Whether refresh tokens are bound to that key as well. `false` for clients that authenticate with each refresh, and may come
   * with another key then (RFC 9449 §5). @default true
   */
  readonly bindsRefreshTokens?: boolean | undefined;
  /** Lifetime of the first access token in ms, at most `accessTokens.maxTtl`. @default `accessTokens.ttl` */
  readonly accessTokenTtlMs?: number | undefined;
  /** Further members of the answer, what JSON makes of them; they aren't kept. Registered ones (RFC 6749 §5.1) are refused. */
  readonly answer?: Readonly<Record<string, unknown>> | undefined;
}

/** A pair of tokens and the principal they stand for. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
  /** When the refresh token dies unless it is used, epoch ms. */
  readonly refreshExpiresAt: number;
  readonly principal: Principal;
  /** What the host has to say besides. */
  readonly answer?: Readonly<Record<string, unknown>> | undefined;
}
