import { Injectable } from '@nestjs/common';
import {
  type AuthorizationCodeContent,
  AuthorizationCodeStore,
  type UsedCode,
} from '../../authorization-codes/authorization-code.store.js';
import { originOfDevice } from '../../context/callers/origin-of.js';
import { AuthError } from '../../kernel/auth-error.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { TokenBlacklistService } from '../../token-blacklist/token-blacklist.service.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import type { OAuthRequest } from '../oauth-request.js';

/** How long a second use of a code is recognised. No code lives longer (RFC 6749 §4.1.2). */
const USE_REMEMBERED_MS = 600_000;

/** The authorization codes that clients present: each works once, and a second use ends what the first one opened. */
@Injectable()
export class PresentedCodes {
  constructor(
    private readonly codes: AuthorizationCodeStore,
    private readonly blacklist: TokenBlacklistService,
    private readonly events: AuthEvents,
  ) {}

  /** What a code of this client stands for; nothing is used up. @throws AuthError `invalid_grant` for any other */
  async recall(code: string, client: OAuthClient, request: OAuthRequest): Promise<AuthorizationCodeContent> {
    const recalled = await this.codes.recall(code);
    if (recalled.verdict === 'used') return this.refuseReuse(recalled, client, request);
    if (recalled.verdict === 'unknown') throw codeRefusal('there is no such code');
    if (recalled.content.clientId !== client.id) throw codeRefusal('the code is of another client');
    return recalled.content;
  }

  /** Uses a code up. @throws AuthError `invalid_grant` unless this is its first use */
  async redeem(code: string, client: OAuthClient, request: OAuthRequest): Promise<void> {
    const redemption = await this.codes.redeem(code, USE_REMEMBERED_MS);
    if (redemption.verdict === 'used') await this.refuseReuse(redemption, client, request);
    if (redemption.verdict === 'unknown') throw codeRefusal('the code has expired');
  }

  /** Ends what the first use opened, or is about to open: nobody knows which of the two was the thief (RFC 6749 §4.1.2). */
  private async refuseReuse(
    { clientId, sessionId }: UsedCode,
    client: OAuthClient,
    { device }: OAuthRequest,
  ): Promise<never> {
    if (clientId !== client.id) throw codeRefusal('the code is of another client');
    await this.blacklist.revokeSession(sessionId);
    const quiet = { key: sessionId };
    this.events.emitSeldom('authorization-code.reuse', { sessionId, clientId }, quiet, () =>
      originOfDevice(device),
    );
    throw codeRefusal('the code was used before');
  }
}

/** Of a code, whatever is wrong with it. */
export function codeRefusal(detail: string): AuthError {
  return new AuthError('invalid_grant', { detail });
}
