import { Injectable } from '@nestjs/common';
import type { AccessTokenContent, IssuedAccessToken } from '../../access-tokens/access-token-content.js';
import { AccessTokenIssuer } from '../../access-tokens/access-token-issuer.js';
import { originOfDevice } from '../../context/callers/origin-of.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { TokenBlacklistService } from '../../token-blacklist/token-blacklist.service.js';
import type { OAuthRequest } from '../oauth-request.js';

/** Access tokens without a refresh token, and so without a session that would be opened for them. */
@Injectable()
export class SessionlessTokens {
  constructor(
    private readonly issuer: AccessTokenIssuer,
    private readonly blacklist: TokenBlacklistService,
    private readonly events: AuthEvents,
  ) {}

  /** @param expiresBy when it has to end whatever its lifetime, epoch ms @throws AuthError as {@link AccessTokenIssuer.issue} */
  async issue(content: AccessTokenContent, expiresBy?: number): Promise<IssuedAccessToken> {
    const epoch = await this.blacklist.epochFor(content.subject, content.clientId);
    return this.issuer.issue({ ...content, epoch, expiresBy });
  }

  /** Tells of one that is handed out. */
  tell(grantType: string, { principal }: IssuedAccessToken, { device }: OAuthRequest): void {
    const { subject, clientId, tokenId } = principal;
    this.events.emit('token.issued', { grantType, subject, clientId, tokenId }, () => originOfDevice(device));
  }
}
