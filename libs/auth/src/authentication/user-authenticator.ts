/** A user whose credentials were right. */
export interface AuthenticatedUser {
  /** Stable identifier of the user, the `sub` of every token; must not start with `client:`. */
  readonly subject: string;
  /** Names of the roles held; what they grant comes from the live role graph. */
  readonly roles?: readonly string[];
  /** Scope the user may have; `undefined` leaves the tokens without a scope claim. */
  readonly scope?: readonly string[];
}

/**
 * The one thing the host must supply: who is this? The library has no user table of its own.
 * @example
 * ```ts
 * @Injectable()
 * class AppUserAuthenticator extends UserAuthenticator {
 *   constructor(private readonly users: UsersRepository) { super(); }
 *   async authenticate(username: string, password: string) {
 *     const user = await this.users.verify(username, password);
 *     return user && { subject: user.id, roles: user.roles };
 *   }
 * }
 * ```
 */
export abstract class UserAuthenticator {
  /**
   * The user, or `undefined` when the name is unknown, the password wrong or the account disabled. Must take the same
   * time in each of these cases: hash the password even for an unknown name.
   */
  abstract authenticate(username: string, password: string): Promise<AuthenticatedUser | undefined>;
}
