import { Injectable } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import type { Principal } from '../kernel/principal.js';
import { TokenService } from '../tokens/token.service.js';
import { AuthenticationSettings } from './authentication.settings.js';
import { type CredentialRequest, refreshTokenOf } from './credentials.js';

/** Ends the session of a caller who shows an access token, or, when that has expired, its refresh token. */
@Injectable()
export class LogoutService {
  constructor(
    private readonly tokens: TokenService,
    private readonly settings: AuthenticationSettings,
  ) {}

  /** @throws AuthError `unauthenticated` when the request shows neither, `store_unavailable` when nothing was revoked. */
  async logout(principal: Principal | undefined, request: CredentialRequest): Promise<void> {
    const refreshToken = refreshTokenOf(request, this.settings.refreshCookie?.name);
    if (principal === undefined && refreshToken === undefined) throw new AuthError('unauthenticated');
    if (principal !== undefined) await this.tokens.revoke(principal);
    if (refreshToken !== undefined) await this.tokens.revokeRefreshToken(refreshToken);
  }
}
