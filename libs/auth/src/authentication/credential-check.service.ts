import { Injectable } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { CredentialThrottle } from '../throttler/credential-throttle.service.js';
import { type AuthenticatedUser, UserAuthenticator } from './user-authenticator.js';

/** A name and password as somebody typed them, and where they came from. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly ip: string;
  readonly clientId: string;
}

/** Checks a password within the failure budgets of account and address. */
@Injectable()
export class CredentialCheckService {
  constructor(
    private readonly users: UserAuthenticator,
    private readonly throttle: CredentialThrottle,
    private readonly events: AuthEvents,
  ) {}

  /**
   * The user behind the credentials. Budget is taken before the password is looked at and given back on success, so
   * parallel guesses can't overdraw it.
   * @throws AuthError `invalid_credentials` for whatever is wrong, `quota_exceeded`, `store_unavailable`
   */
  async check({ username, password, ip, clientId }: Credentials): Promise<AuthenticatedUser> {
    const attempt = await this.throttle.begin(username, ip);
    // Hosts answer what their database did, and that is `null` or `false` as often as `undefined`.
    const user: unknown = await this.users.authenticate(username, password);
    if (!isUser(user)) {
      attempt.failed();
      this.events.emit('login.failed', { clientId });
      throw new AuthError('invalid_credentials');
    }
    await attempt.succeeded();
    return user;
  }
}

function isUser(answer: unknown): answer is AuthenticatedUser {
  return typeof answer === 'object' && answer !== null;
}
