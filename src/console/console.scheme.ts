import { Injectable } from '@nestjs/common';
import { type CredentialRequest, CredentialScheme, type VerifiedCredential } from 'nestjs-gatehouse';
import { BrowserLogins } from '../browser-logins/browser-logins.service.js';
import { Browser } from '../pages/browser.js';
import { AppUserAuthenticator } from '../users/app-user-authenticator.js';
import { isInConsole } from './console-path.js';

/**
 * Whoever is logged in at the pages, as a caller of the console: so the guards of Gatehouse stand before it as before everything else,
 * and ask the role graph. No other route takes the cookie: a page that somebody is lured to can't call the API with it.
 */
@Injectable()
export class ConsoleScheme extends CredentialScheme {
  readonly scheme = 'Console';
  // A cookie: nothing to ask for in a challenge, nothing for clients of the API, and never from another site.
  override readonly isChallenged = false;
  override readonly isDocumented = false;
  override readonly isAmbient = true;
  // The row of a login goes with its session, its password and its account, so the console can be looked at while Redis is away.
  override readonly knowsRevocations = true;

  constructor(
    private readonly logins: BrowserLogins,
    private readonly users: AppUserAuthenticator,
  ) {
    super();
  }

  find({ url = '', headers: { cookie } }: CredentialRequest): string | undefined {
    if (!isInConsole(url) || typeof cookie !== 'string') return undefined;
    const { id, isNew } = Browser.of({ headers: { cookie } });
    return isNew ? undefined : id;
  }

  /** With the roles that the user has now, at each call. */
  async verify(browser: string): Promise<VerifiedCredential | undefined> {
    const login = await this.logins.find(browser);
    if (login === undefined) return undefined;
    const user = await this.users.reload(login.username);
    if (user === undefined) return undefined;
    const { subject, roles = [] } = user;
    const { browserHash, loggedInAt } = login;
    return {
      subject,
      roles,
      clientId: 'console',
      tokenId: browserHash,
      authenticatedAt: loggedInAt.getTime(),
    };
  }
}
