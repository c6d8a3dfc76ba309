import type { Principal } from '../../kernel/principal.js';
import type { KeySpace } from '../../redis/key-space.js';
import { hashSubject, subjectHashOf, subjectHashOfToken } from './session-id.js';

// What a base64url text can begin with.
const PARTITIONS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');

// The second character spreads the 64 tags best over the slots of 3 to 20 masters (docs/decisions/sessions.md).
const tagOf = (partition: string): string => `${partition}6`;

/**
 * Names of the Redis keys that belong to one subject. All of them share one of 64 hash tags, so that every decision
 * about a subject, client and global epochs included, is taken in one Cluster slot.
 */
export class SubjectKeys {
  private readonly base: string;

  private constructor(
    keySpace: KeySpace,
    private readonly hash: string,
  ) {
    this.base = keySpace.key(tagOf(hash.charAt(0)), '');
  }

  static ofSubject(keySpace: KeySpace, subject: string): SubjectKeys {
    return new SubjectKeys(keySpace, hashSubject(subject));
  }

  static ofSession(keySpace: KeySpace, sessionId: string): SubjectKeys {
    return new SubjectKeys(keySpace, subjectHashOf(sessionId));
  }

  static ofToken(keySpace: KeySpace, token: Pick<Principal, 'sessionId' | 'subject'>): SubjectKeys {
    return new SubjectKeys(keySpace, subjectHashOfToken(token));
  }

  /** One set of keys per partition, for what concerns every subject. */
  static ofEveryPartition(keySpace: KeySpace): readonly SubjectKeys[] {
    return PARTITIONS.map((partition) => new SubjectKeys(keySpace, partition));
  }

  /** Which of the 64 partitions the subject is in. */
  get partition(): string {
    return this.hash.charAt(0);
  }

  /** String: the record of a session. */
  record(sessionId: string): string {
    return `${this.base}session:${sessionId}`;
  }

  /** String: there while access tokens of an ended session may be alive. */
  cut(sessionId: string): string {
    return `${this.base}cut:${sessionId}`;
  }

  /** String: there while a revoked access token would be alive. */
  token(tokenId: string): string {
    return `${this.base}token:${tokenId}`;
  }

  /** Sorted set: the subject's sessions by idle expiry. */
  get index(): string {
    return `${this.base}sessions:${this.hash}`;
  }

  /** Counter: the subject's revocations. */
  get subjectEpoch(): string {
    return `${this.base}epoch:${this.hash}`;
  }

  /** Counter: revocations of a client, this partition's copy. */
  clientEpoch(clientId: string): string {
    return `${this.base}client:${clientId}`;
  }

  /** Counter: revocations of everything, this partition's copy. */
  get globalEpoch(): string {
    return `${this.base}all`;
  }

  /** The three counters whose sum is the epoch of a token. */
  epochs(clientId: string): readonly [string, string, string] {
    return [this.subjectEpoch, this.clientEpoch(clientId), this.globalEpoch];
  }

  /** Stream: this partition's recent revocations, for local replicas. */
  get feed(): string {
    return `${this.base}feed`;
  }
}
