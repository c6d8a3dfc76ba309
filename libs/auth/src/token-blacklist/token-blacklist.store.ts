import type { Principal } from '../kernel/principal.js';

/** What a revocation check needs of an access token. */
export type RevocableToken = Pick<Principal, 'tokenId' | 'sessionId' | 'subject' | 'clientId' | 'epoch'>;

/**
 * Remembers what was revoked, for exactly as long as something it concerns could be alive.
 *
 * Every verb is atomic against each other and against every verb of the session store of the same medium; each
 * revocation is idempotent, so repeating one that failed half-way is always right. All of them throw `store_unavailable`
 * when the store can't answer.
 */
export abstract class TokenBlacklistStore {
  /** Whether a revocation that was acknowledged can be lost, e.g. by a failover to a replica that lagged behind. */
  readonly canLoseWrites: boolean = false;

  /** Revokes one access token that would live `ttlMs` more (clock tolerance included). */
  abstract revokeToken(subject: string, tokenId: string, ttlMs: number): Promise<void>;

  /** Ends a session and its access tokens in one step. Answers the subject if the session was live. */
  abstract revokeSession(sessionId: string): Promise<string | undefined>;

  /** Ends every session of a subject and every token issued so far in one step. Answers the ids of the ended sessions. */
  abstract revokeSubject(subject: string): Promise<readonly string[]>;

  /** Refuses every session and token of a client issued so far. On a Cluster it takes effect partition by partition. */
  abstract revokeClient(clientId: string): Promise<void>;

  /** Refuses every session and token issued so far. On a Cluster it takes effect partition by partition. */
  abstract revokeAll(): Promise<void>;

  /** The complete verdict on an access token (one without an epoch falls to its own id and session only), in one round trip; a plain boolean when no round trip was needed. */
  abstract isRevoked(token: RevocableToken): boolean | Promise<boolean>;

  /** The epoch to issue a token under, and the promise that it is remembered while that token lives. */
  abstract currentEpoch(subject: string, clientId: string): Promise<number>;
}
