import type { Principal } from '../kernel/principal.js';
import type { SessionDevice } from '../refresh-sessions/session.js';

/** Who has just proved who they are, and for which application. */
export interface Login {
  readonly subject: string;
  readonly clientId: string;
  readonly roles: readonly string[];
  /** Granted scope; `undefined` leaves the tokens without a scope claim. */
  readonly scope?: readonly string[] | undefined;
  /** When the user proved who they are, epoch ms (`auth_time`). */
  readonly authenticatedAt: number;
  readonly device: SessionDevice;
}

/** What a refresh asks for besides the token itself. */
export interface RefreshRequest {
  readonly refreshToken: string;
  readonly clientId?: string | undefined;
  /** A narrower scope for the access token (RFC 6749 §6). */
  readonly scope?: readonly string[] | undefined;
}

/** A pair of tokens and the principal they stand for. */
export interface TokenGrant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
  /** When the refresh token dies unless it is used, epoch ms. */
  readonly refreshExpiresAt: number;
  readonly principal: Principal;
}
