import { Injectable } from '@nestjs/common';
import type { AccessTokenContent, IssuedAccessToken } from '../../access-tokens/access-token-content.js';
import { AccessTokenIssuer } from '../../access-tokens/access-token-issuer.js';
import { TokenBlacklistService } from '../../token-blacklist/token-blacklist.service.js';

/** Access tokens without a refresh token, and so without a session that would be opened for them. */
@Injectable()
export class SessionlessTokens {
  constructor(
    private readonly issuer: AccessTokenIssuer,
    private readonly blacklist: TokenBlacklistService,
  ) {}

  /** @param expiresBy when it has to end whatever its lifetime, epoch ms @throws AuthError as {@link AccessTokenIssuer.issue} */
  async issue(content: AccessTokenContent, expiresBy?: number): Promise<IssuedAccessToken> {
    const epoch = await this.blacklist.epochFor(content.subject, content.clientId);
    return this.issuer.issue({ ...content, epoch, expiresBy });
  }
}
