import { Injectable } from '@nestjs/common';
import { originOfDevice, type RequestDevice } from '../../context/callers/origin-of.js';
import { AuthError, isAuthError, statusOf } from '../../kernel/auth-error.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { CredentialThrottle } from '../../throttler/credentials/credential-throttle.service.js';
import { checkedUser, type CheckedUser, isNobody } from '../../tokens/checked-login.js';
import { type LoginContext, UserAuthenticator } from '../user-authenticator.js';

/** A name and password as somebody typed them, and what came along with them. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly context: LoginContext;
  /** For the records of events. */
  readonly device?: RequestDevice | undefined;
}

/**
 * What is given back to budgets while a session is opened, in the same question to the store. A login that is right doesn't hang on
 * it: what can't be given back leaves the budgets by itself.
 */
export class GivenBack {
  private readonly under: Promise<void>[] = [];

  wait(givenBack: Promise<void>): void {
    this.under.push(givenBack.catch(() => {}));
  }

  /** What was done meanwhile, once all is given back. */
  async beside<T>(work: (givenBack: this) => Promise<T>): Promise<T> {
    try {
      return await work(this);
    } finally {
      await Promise.all(this.under);
    }
  }
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
   * @param beside what the budget is given back beside, where more is asked of the store at once; without it, it is given back by then
   * @throws AuthError `invalid_credentials` for whatever is wrong, `quota_exceeded`, `store_unavailable`
   * @throws TypeError when the authenticator answered something that is no user
   */
  async check(credentials: Credentials, beside?: GivenBack): Promise<CheckedUser> {
    const { username, password, context } = credentials;
    const attempt = await this.begin(credentials);
    const failed = async (): Promise<void> => {
      await attempt.failed();
      this.tellFailed(credentials);
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
    const givenBack = attempt.succeeded();
    if (beside === undefined) await givenBack;
    else beside.wait(givenBack);
    return user;
  }

  /** @throws AuthError `quota_exceeded`, which is told once for as long as it lasts; `store_unavailable` */
  private async begin({ username, context, device }: Credentials): ReturnType<CredentialThrottle['begin']> {
    try {
      return await this.throttle.begin(username, context.ip);
    } catch (error) {
      if (isAuthError(error) && error.code === 'quota_exceeded') {
        const { code, occurrence } = error;
        const { retryAfterSeconds = 1 } = occurrence;
        const told = { ...this.accountIn(username, context), code, retryAfterSeconds };
        this.events.emit('login.blocked', told, originIn(context, device));
      }
      throw error;
    }
  }

  private tellFailed({ username, context, device }: Credentials): void {
    const told = { ...this.accountIn(username, context), code: 'invalid_credentials' };
    this.events.emit('login.failed', told, originIn(context, device));
  }

  private accountIn(username: string, { clientId }: LoginContext) {
    return { clientId, account: this.events.accountOf(username) };
  }
}

function originIn({ ip, userAgent }: LoginContext, device: RequestDevice = { ip, userAgent }) {
  return () => originOfDevice(device);
}
