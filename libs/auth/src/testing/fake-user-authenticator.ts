import { type AuthenticatedUser, UserAuthenticator } from '../authentication/user-authenticator.js';

/** A user of a test: what {@link UserAuthenticator} answers, and how to log in. */
type FakeUser = Omit<AuthenticatedUser, 'subject'> & {
  readonly username: string;
  /** @default the user can't log in with a password */
  readonly password?: string;
  /** @default `username` */
  readonly subject?: string;
  /** Neither logs in nor refreshes. @default false */
  readonly disabled?: boolean;
};

/**
 * The users of a test, in place of a table. Names are looked for as they are written.
 * @example
 * ```ts
 * const { users } = overrideAuth(builder, {
 *   users: [{ username: 'ada', password: 'correct horse', roles: ['editor'] }],
 * });
 * users.change('ada', { disabled: true }); // her next refresh is refused
 * ```
 */
export class FakeUserAuthenticator extends UserAuthenticator {
  private readonly users = new Map<string, FakeUser>();

  /** @throws TypeError for two users of one name or subject */
  constructor(users: readonly FakeUser[] = []) {
    super();
    for (const user of users) this.add(user);
  }

  /** One user more. @throws TypeError when the name or the subject is taken */
  add(user: FakeUser): void {
    if (typeof user.username !== 'string' || user.username === '')
      throw new TypeError('FakeUserAuthenticator: a user needs a username');
    const taken = [...this.users.values()].find(
      (other) => other.username === user.username || subjectOf(other) === subjectOf(user),
    );
    if (taken !== undefined)
      throw new TypeError(`FakeUserAuthenticator: there is a user ${taken.username} already`);
    this.users.set(user.username, user);
  }

  /** What is different about a user from now on, sessions that are open included: they learn it with their next refresh. */
  change(username: string, change: Partial<Omit<FakeUser, 'username' | 'subject'>>): void {
    const user = this.users.get(username);
    if (user === undefined) throw new TypeError(`FakeUserAuthenticator: there is no user ${username}`);
    this.users.set(username, { ...user, ...change });
  }

  override async authenticate(username: string, password: string): Promise<AuthenticatedUser | undefined> {
    const user = this.users.get(username);
    return user?.password === undefined || user.password !== password ? undefined : toldOf(user);
  }

  override async reload(subject: string): Promise<AuthenticatedUser | undefined> {
    const user = [...this.users.values()].find((each) => subjectOf(each) === subject);
    return user && toldOf(user);
  }
}

function subjectOf({ subject, username }: FakeUser): string {
  return subject ?? username;
}

function toldOf(user: FakeUser): AuthenticatedUser | undefined {
  const { username: _name, password: _password, disabled = false, ...told } = user;
  return disabled ? undefined : { ...told, subject: subjectOf(user) };
}
