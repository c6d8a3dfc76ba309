import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuthEvents, CredentialThrottle } from 'nestjs-gatehouse';
import type { BrowserLogin } from '../database/schema.js';
import { AppUserAuthenticator } from '../users/app-user-authenticator.js';
import { UsersRepository } from '../users/users.repository.js';
import { BrowserLoginsRepository } from './browser-logins.repository.js';

export interface PasswordLogin {
  readonly username: string;
  readonly password: string;
  /** What the user logs in for. */
  readonly requestHandle: string;
  readonly clientId: string;
  readonly ip: string | undefined;
}

/** Logs people in at the pages of this app. What they log in for gets tokens; the browser gets none. */
@Injectable()
export class BrowserLogins implements OnModuleInit {
  constructor(
    private readonly repository: BrowserLoginsRepository,
    private readonly users: UsersRepository,
    private readonly authenticator: AppUserAuthenticator,
    private readonly throttle: CredentialThrottle,
    private readonly events: AuthEvents,
  ) {}

  onModuleInit(): void {
    // Whoever ends a session, or all of them, does not expect the browser to begin the next one by itself.
    this.events.on('session.revoked', ({ subject }) => this.repository.removeAllOf(subject));
  }

  find(browser: string): Promise<BrowserLogin | undefined> {
    return this.repository.find(browser);
  }

  /**
   * Checks a password within the budgets of `POST /auth/login`.
   * @param browser the new value of its cookie: that of before may be known to somebody else
   * @returns whether the user is logged in now
   * @throws AuthError `quota_exceeded`, `store_unavailable`
   */
  async login(browser: string, login: PasswordLogin): Promise<boolean> {
    const { username, password, requestHandle, clientId, ip } = login;
    const attempt = await this.throttle.begin(username, ip);
    try {
      // Looked up first: a password that is changed meanwhile ends this login, too.
      const known = await this.users.find(username);
      const user = await this.authenticator.authenticate(username, password);
      if (known === undefined || user === undefined) {
        await attempt.failed();
        this.events.emit(
          'login.failed',
          { clientId, account: this.events.accountOf(username), code: 'invalid_credentials' },
          () => ({ address: ip }),
        );
        return false;
      }
      await attempt.succeeded();
      const { passwordHash } = known;
      await this.repository.add(browser, { username, passwordHash, requestHandle, loggedInAt: new Date() });
      return true;
    } finally {
      // Whatever else went wrong was no guess; where the attempt was decided, this does nothing.
      await attempt.abandoned();
    }
  }

  async logout(browser: string): Promise<void> {
    await this.repository.remove(browser);
  }
}
