import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AuthError, AuthEvents, CredentialThrottle } from 'nestjs-gatehouse';
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
    for (const event of ['session.revoked', 'subject.revoked'] as const)
      this.events.on(event, ({ subject }) => this.repository.removeAllOf(subject));
    this.events.on('everything.revoked', () => this.repository.removeAll());
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
    const attempt = await this.begin(login);
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

  /** A refusal is told of, as at `POST /auth/login`. */
  private async begin({ username, clientId, ip }: PasswordLogin): ReturnType<CredentialThrottle['begin']> {
    try {
      return await this.throttle.begin(username, ip);
    } catch (error) {
      const { code, occurrence } = (error ?? {}) as Partial<AuthError>;
      if (code === 'quota_exceeded') {
        const retryAfterSeconds = occurrence?.retryAfterSeconds ?? 1;
        const told = { clientId, account: this.events.accountOf(username), code, retryAfterSeconds };
        this.events.emit('login.blocked', told, () => ({ address: ip }));
      }
      throw error;
    }
  }

  async logout(browser: string): Promise<void> {
    await this.repository.remove(browser);
  }
}
