import { Injectable } from '@nestjs/common';
import { AccessTokenVerifier } from '../access-tokens/access-token-verifier.js';
import { AccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { readLogoutToken, readLogoutTokenHeader } from '../access-tokens/logout-token.js';
import { AuthError } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import { TokenBlacklistStore } from '../token-blacklist/token-blacklist.store.js';

/** Obeys the logout tokens of the issuer whose access tokens are accepted (OpenID Connect Back-Channel Logout 1.0). */
@Injectable()
export class BackChannelLogoutService {
  constructor(
    private readonly settings: AccessTokensSettings,
    private readonly verifier: AccessTokenVerifier,
    private readonly blacklist: TokenBlacklistStore,
    private readonly events: AuthEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Refuses what the issuer handed out for a session, or to a subject, until it said so. What the issuer sends again, since it
   * got no answer, goes on where the first attempt failed.
   * @throws AuthError `invalid_token` for one that isn't good, or was obeyed before; `store_unavailable`
   */
  async obey(token: string): Promise<void> {
    const { claims } = await this.verifier.signedClaims(token, readLogoutTokenHeader);
    const now = this.clock.now();
    const { expiresAt, ...logout } = readLogoutToken(claims, this.settings, now);
    const ttlMs = expiresAt - now + this.settings.clockToleranceMs;
    const verdict = await this.blacklist.logout({ ...logout, ttlMs });
    if (verdict === 'replayed') throw new AuthError('invalid_token', { detail: 'the logout token was used' });
    this.events.emit('issuer.logout', { subject: logout.subject, sessionId: logout.sessionId });
  }
}
