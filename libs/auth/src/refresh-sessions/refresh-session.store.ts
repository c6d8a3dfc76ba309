import type { SessionFacts, SessionTimes } from './session.js';

/** Facts as the store keeps them: with the random salt that the MAC of the session's refresh tokens covers. */
export interface StoredFacts extends SessionFacts {
  /** 128 random bits, base64url; never leaves the server. */
  readonly salt: string;
}

/** Where a session stands. */
export interface SessionState extends SessionTimes {
  /** Number of the refresh token that is current. */
  readonly generation: number;
}

/** How long a new session may live and how many its subject may have. */
export interface SessionTerms {
  readonly idleTtlMs: number;
  readonly absoluteTtlMs: number;
  /** Greatest number of live sessions of the subject; 0 is no limit. */
  readonly maxSessions: number;
  /** At the limit: end the session that has been idle longest, or refuse the login. */
  readonly whenFull: 'evict-oldest' | 'reject';
}

/** What a rotation may do. */
export interface RotationTerms {
  readonly idleTtlMs: number;
  /** How long after a rotation its predecessor may be presented again; 0 is never. */
  readonly reuseWindowMs: number;
}

/** Answer to a login. */
export type OpenVerdict =
  | {
      readonly verdict: 'opened';
      readonly state: SessionState;
      /** Epoch to issue the access token under. */
      readonly epoch: number;
      /** Sessions ended to make room. */
      readonly evicted: readonly string[];
    }
  | { readonly verdict: 'full' };

/** Answer to a refresh; the table is in docs/how-refresh-works.md. */
export type RotationVerdict =
  | {
      readonly verdict: 'rotated' | 'replayed';
      readonly state: SessionState;
      /** Epoch to issue the access token under. */
      readonly epoch: number;
    }
  | { readonly verdict: 'reused' | 'revoked' | 'expired' | 'unknown' };

/** What {@link RefreshSessionStore.recall} answers: facts, or why there are none. */
export type RecallVerdict = StoredFacts | 'revoked' | 'unknown';

/** A session with its facts and where it stands. */
export interface StoredSession {
  readonly id: string;
  readonly facts: StoredFacts;
  readonly state: SessionState;
}

/** A session that a revocation ended. */
export interface EndedSession {
  readonly sessionId: string;
  readonly subject: string;
}

/**
 * Keeps one record of constant size per session, and nothing about refresh tokens.
 *
 * Each verb is atomic against each other verb and against the revocations of the token blacklist on the same medium: a
 * refresh and a revocation at the same instant end with the session ended and nothing valid issued. Time is the
 * store's. Every verb throws `store_unavailable` when the store can't answer.
 */
export abstract class RefreshSessionStore {
  /** Opens a session, ending others of the subject if its terms ask for it. */
  abstract open(sessionId: string, facts: StoredFacts, terms: SessionTerms): Promise<OpenVerdict>;

  /** The immutable facts, needed to check a refresh token before it may touch anything. */
  abstract recall(sessionId: string): Promise<RecallVerdict>;

  /**
   * Decides on an authentic refresh token and does what the verdict says, in one step. Of any number of simultaneous
   * calls with the current generation exactly one is `rotated`.
   */
  abstract rotate(
    session: Pick<StoredSession, 'id' | 'facts'>,
    generation: number,
    terms: RotationTerms,
  ): Promise<RotationVerdict>;

  /** A live session. */
  abstract find(sessionId: string): Promise<StoredSession | undefined>;

  /** The live sessions of a subject, the one that has been idle longest in front. */
  abstract list(subject: string): Promise<readonly StoredSession[]>;

  /** Ends every session of the subject but this one, with their access tokens. Answers what it ended. */
  abstract revokeOthers(sessionId: string): Promise<readonly EndedSession[]>;
}
