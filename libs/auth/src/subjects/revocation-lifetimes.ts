/**
 * How long what is issued lives by today's settings, which is the least that what refuses it is remembered for: another
 * release or another service on the same data may have handed out longer. Type and DI token.
 */
export abstract class RevocationLifetimes {
  /** Longest lifetime of an access token, clock tolerance included. */
  abstract readonly accessTokenLifetimeMs: number;
  /** Longest lifetime of a session. */
  abstract readonly sessionLifetimeMs: number;
  /** Longest login that the mark of a revocation refuses without its user being asked again. */
  abstract readonly longestLoginMs: number;
  /**
   * Until when, epoch ms, marks are kept at least, because legacy tokens that carry no epoch may be shown until
   * then; 0: there are none.
   */
  abstract readonly marksKeptUntil: number;
  /** How long the feed of recent revocations is kept at least; 0 when no instance reads it. */
  abstract readonly feedTtlMs: number;
  /** Greatest number of revocations that memory holds. */
  abstract readonly maxRevocationsInMemory: number;
}
