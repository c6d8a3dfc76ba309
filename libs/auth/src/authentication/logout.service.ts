import { Injectable } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import type { Principal } from '../kernel/principal.js';
import { TokenService } from '../tokens/token.service.js';
import { AuthenticationSettings } from './authentication.settings.js';
import { bearerTokenOf, type CredentialRequest, refreshTokenOf } from './credentials.js';

/** Ends the session of a caller who shows an access token or a refresh token; of both, one has to be good. */
@Injectable()
export class LogoutService {
  constructor(
    private readonly tokens: TokenService,
    private readonly settings: AuthenticationSettings,
  ) {}

  /**
   * @throws AuthError `unauthenticated` when the request shows neither, `invalid_token` when a bad access token is all it
   * shows, `store_unavailable` when nothing was revoked
   */
  async logout(request: CredentialRequest): Promise<void> {
    const refreshToken = refreshTokenOf(request, this.settings.refreshCookie?.name);
    const principal = await this.callerOf(request, refreshToken !== undefined);
    if (principal === undefined && refreshToken === undefined) throw new AuthError('unauthenticated');
    if (principal !== undefined) await this.tokens.revoke(principal);
    if (refreshToken !== undefined) await this.tokens.revokeRefreshToken(refreshToken);
  }

  /** Ends the session in the refresh cookie of a request that has just logged in anew (ASVS 5.0 7.2.4). */
  async endReplaced({ headers }: CredentialRequest): Promise<void> {
    const replaced = refreshTokenOf({ headers }, this.settings.refreshCookie?.name);
    if (replaced !== undefined) await this.tokens.revokeRefreshToken(replaced);
  }

  /** Clients send their access token by habit, expired or not: beside a refresh token it must not keep a session alive. */
  private async callerOf(request: CredentialRequest, mayBeBad: boolean): Promise<Principal | undefined> {
    try {
      const token = bearerTokenOf(request);
      return token === undefined ? undefined : await this.tokens.verify(token);
    } catch (error) {
      if (mayBeBad && error instanceof AuthError && error.code === 'invalid_token') return undefined;
      throw error;
    }
  }
}
