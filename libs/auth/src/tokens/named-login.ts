import type { Login } from './token-pair.js';

/** A login that somebody agreed to, and whose session got its name then: it may be ended before it is opened. */
export interface NamedLogin {
  readonly sessionId: string;
  readonly login: Login;
  /** Revocations known when the user was identified: any further one refuses the login. */
  readonly revocations: string;
  /** Greatest scope of the access token, whatever was agreed to: what the client may have by now. */
  readonly allowedScope: readonly string[];
  /** The one resource that the access token is for (RFC 8707), where the login is for all of them. */
  readonly resource?: string | undefined;
  /** Uses up what lets the user in, once all is ready. It throws unless this is the first use. */
  use(): Promise<void>;
}
