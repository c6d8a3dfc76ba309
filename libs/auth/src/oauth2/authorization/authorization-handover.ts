import { Injectable } from '@nestjs/common';
import { AccessTokensSettings } from '../../access-tokens/access-tokens.settings.js';
import { answerOfHost } from '../../kernel/deadline.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import type { CheckedAuthorization } from './authorization-check.js';
import { AuthorizationInteraction } from './authorization-interaction.js';
import { authorizationRequestOf } from './authorization-request-of.js';
import { PendingAuthorizations } from './pending-authorizations.js';

const METHOD = 'AuthorizationInteraction.begin()';

/** Hands a request over to the host, who finds out who is there and whether they agree. */
@Injectable()
export class AuthorizationHandover {
  private readonly issuer: string;

  constructor(
    { issuer }: AccessTokensSettings,
    private readonly pending: PendingAuthorizations,
    private readonly interaction: AuthorizationInteraction,
  ) {
    this.issuer = issuer;
  }

  /**
   * The page of the host that goes on.
   * @throws AuthError `store_unavailable` when the host is late; what it throws
   * @throws TypeError when it answers a page that isn't its own
   */
  async begin(client: OAuthClient, checked: CheckedAuthorization, browser: string): Promise<string> {
    const waiting = this.pending.begin(checked, browser);
    const request = authorizationRequestOf(client, { ...checked, ...waiting });
    return ownPage(await answerOfHost<unknown>(METHOD, () => this.interaction.begin(request)), this.issuer);
  }
}

/** The handle is in its address, and the cookie is sent nowhere else. A path stays one, whatever the app is called from outside. */
function ownPage(given: unknown, issuer: string): string {
  if (typeof given === 'string' && /^(?:\/|https?:)/i.test(given) && URL.canParse(given, issuer)) {
    const { href, origin, pathname, search, hash } = new URL(given, issuer);
    const isOwn = origin === new URL(issuer).origin && !pathname.startsWith('//');
    if (isOwn) return given.startsWith('/') ? pathname + search + hash : href;
  }
  throw new TypeError(`${METHOD}: must answer a path, or a URL at the origin of issuer`);
}
