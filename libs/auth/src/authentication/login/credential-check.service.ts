import { Injectable } from '@nestjs/common';
import { AuthError, statusOf } from '../../kernel/auth-error.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { CredentialThrottle } from '../../throttler/credentials/credential-throttle.service.js';
import { checkedUser, type CheckedUser, isNobody } from '../../tokens/checked-login.js';
import { type LoginContext, UserAuthenticator } from '../user-authenticator.js';

/** A name and password as somebody typed them, and what came along with them. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly context: LoginContext;
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
   * parallel guesses can't overdraw it. What the authenticator throws goes on to the caller and is no failure, unless it
   * is a 401: that is how some hosts say that the password is wrong. Nor is an answer that makes no sense: who knows
   * whether the password was right.
   * @throws AuthError `invalid_credentials` for whatever is wrong, `quota_exceeded`, `store_unavailable`
   * @throws TypeError when the authenticator answered something that is no user
   */
  async check({ username, password, context }: Credentials): Promise<CheckedUser> {
    const attempt = await this.throttle.begin(username, context.ip);
    const failed = async (): Promise<void> => {
      await attempt.failed();
      this.events.emit('login.failed', { clientId: context.clientId });
    };
    let user: CheckedUser | undefined;
    try {
      const answer: unknown = await this.users.authenticate(username, password, context);
      user = isNobody(answer) ? undefined : checkedUser(answer, 'UserAuthenticator.authenticate()');
    } catch (error) {
      await (statusOf(error) === 401 ? failed() : attempt.abandoned());
      throw error;
    }
    if (user === undefined) {
      await failed();
      throw new AuthError('invalid_credentials');
    }
    await attempt.succeeded();
    return user;
  }
}
