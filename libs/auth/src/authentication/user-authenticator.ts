import type { Session } from '../sessions/session.js';

/** A user whose credentials were right. */
export interface AuthenticatedUser {
  /** Stable identifier of the user, the `sub` of every token; must not start with `client:`. */
  readonly subject: string;
  /** Names of the roles held; what they grant comes from the live role graph. */
  readonly roles?: readonly string[];
  /**
   * Scope the user may have. `undefined`: there is none to ask for, a login that does is `invalid_scope`, and tokens have no
   * scope claim.
   */
  readonly scope?: readonly string[];
  /** How the user proved who they are (`amr`, RFC 8176), e.g. `['pwd', 'otp']`. */
  readonly amr?: readonly string[];
  /** How far that can be relied upon (`acr`, OpenID Connect Core §2). */
  readonly acr?: string;
  /**
   * Claims about the user for each token, as plain data of at most 4 KiB of JSON. They can't replace a registered claim, and
   * `accessTokens.claims` may replace them.
   */
  readonly claims?: Readonly<Record<string, unknown>>;
  /**
   * What this login chose for as long as its session lives, such as a tenant: `principal.sessionData`, and the claim
   * `session_data`, so the client can read it. Plain data of at most 4 KiB of JSON.
   */
  readonly sessionData?: Readonly<Record<string, unknown>>;
  /**
   * Further members of what the login is answered, and of what a refresh is where `reload` says so, such as
   * `{ user: { id, name } }`: what JSON makes of them, and no token. Name what you tell; a whole row has the hash of the
   * password in it.
   */
  readonly answer?: Readonly<Record<string, unknown>>;
}

/** What came along with a name and a password. All of it is what the client says, but for its address. */
export interface LoginContext {
  /** Client id of the session that is going to be opened. */
  readonly clientId: string;
  /** Address of the client, as the platform sees it. */
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  /** The members that `authentication.login.extraFields` declares, as far as they were sent: a code, a tenant. */
  readonly extra: Readonly<Record<string, string | undefined>>;
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
 *   override async reload(subject: string) {
 *     const user = await this.users.find(subject);
 *     return user && !user.disabled ? { subject: user.id, roles: user.roles } : undefined;
 *   }
 * }
 * ```
 */
export abstract class UserAuthenticator {
  /**
   * The user, or `undefined` when the name is unknown, the password wrong or the account disabled. Must take the same
   * time in each of these cases: hash the password even for an unknown name. A second factor in the same request is in
   * `context.extra`; a wrong one is a failure like a wrong password.
   */
  abstract authenticate(
    username: string,
    password: string,
    context: LoginContext,
  ): Promise<AuthenticatedUser | undefined>;

  /**
   * The user of a session by now; asked at each refresh, before anything is committed. Roles, claims and scope of the answer
   * go into the new token and are kept with the session; `amr`, `acr` and `sessionData` stay those of the login. Scope never
   * exceeds what the login granted; an answer without `scope` takes none of that away. `undefined` ends the session: the user
   * is disabled, or gone. An error, or no answer in 3 s, is 503 and ends nothing, so the client may try again. Without this
   * method users stay what they were at their login.
   */
  reload?(
    subject: string,
    session: Pick<Session, 'id' | 'clientId' | 'sessionData'>,
  ): Promise<AuthenticatedUser | undefined>;
}
