import { digest, randomId } from '../kernel/opaque.js';
import type { Principal } from '../kernel/principal.js';
import { requireWellFormed } from '../kernel/text.js';
import type { KeySpace } from '../redis/key-space.js';
import { IssuerKeys, PartitionKeys } from './issuer-keys.js';

const HALF_BYTES = 16;
const HALF_CHARS = 22;
/** How session ids are written, as a regular expression: two times 128 bits, each in its one canonical spelling. */
export const SESSION_ID = '(?:[A-Za-z0-9_-]{21}[AQgw]){2}';
const SHAPE = new RegExp(`^${SESSION_ID}$`);

/** The hash under which everything about a subject is kept: 128 bits of SHA-256, base64url. @throws TypeError for a lone surrogate */
export function hashSubject(subject: string): string {
  requireWellFormed(subject);
  return digest(subject, HALF_BYTES);
}

/**
 * A fresh session id: the subject's hash, then 128 random bits. The hash says under which keys the subject is stored, so
 * no look-up table is needed.
 */
export function createSessionId(subject: string): string {
  return hashSubject(subject) + randomId(HALF_BYTES);
}

/** The subject's hash inside a session id. */
export function subjectHashOf(sessionId: string): string {
  return sessionId.slice(0, HALF_CHARS);
}

/** The subject's hash for a token: taken from its session id where that is one of ours, which is cheaper than hashing. */
export function subjectHashOfToken(token: Pick<Principal, 'sessionId' | 'subject'>): string {
  const { sessionId, subject } = token;
  return sessionId !== undefined && isSessionId(sessionId) ? subjectHashOf(sessionId) : hashSubject(subject);
}

/** Which of the 64 partitions everything about a token's subject is in. */
export function partitionOfToken(token: Pick<Principal, 'subject'> & Partial<Principal>): string {
  const { sessionId, subject } = token;
  return subjectHashOfToken({ sessionId, subject }).charAt(0);
}

/** Whether a text is the canonical spelling of a session id. */
export function isSessionId(text: string): boolean {
  return SHAPE.test(text);
}

// What a base64url text can begin with.
const PARTITIONS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');

// The second character spreads the 64 tags best over the slots of 3 to 20 masters (docs/decisions/sessions.md).
const tagOf = (partition: string): string => `${partition}6`;

/**
 * Names of the Redis keys that belong to one subject. All of them share one of 64 hash tags, so that every decision
 * about a subject, client and global epochs included, is taken in one Cluster slot.
 */
export class SubjectKeys extends PartitionKeys {
  protected readonly base: string;

  private constructor(
    keySpace: KeySpace,
    readonly hash: string,
  ) {
    super();
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

  /** @param hash of {@link hashSubject} */
  static ofHash(keySpace: KeySpace, hash: string): SubjectKeys {
    return new SubjectKeys(keySpace, hash);
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

  /** String: which answers count, where some of a session were taken for lost. */
  lostAnswers(sessionId: string): string {
    return `${this.base}answers:${sessionId}`;
  }

  /** String: there while access tokens of an ended session may be alive. */
  endMark(sessionId: string): string {
    return `${this.base}ended:${sessionId}`;
  }

  /** String: there while the legacy refresh token that this session is for could be adopted again. */
  adopted(sessionId: string): string {
    return `${this.base}adopted:${sessionId}`;
  }

  /** Number, this partition's copy: until when legacy tokens must have been issued to be refused in any case. */
  get legacyBeginning(): string {
    return `${this.base}legacy`;
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

  /** Three numbers each, of subject, client and everybody: when they were revoked last, how often, and when sessions were ended. */
  revocationMarks(clientId: string): readonly [string, string, string] {
    return [this.subjectMark, this.clientMark(clientId), this.globalMark];
  }

  get subjectMark(): string {
    return `${this.base}revoked:${this.hash}`;
  }

  clientMark(clientId: string): string {
    return `${this.base}revoked-client:${clientId}`;
  }

  get globalMark(): string {
    return `${this.base}revoked-all`;
  }

  /** Counter: what this partition has decided; it grows with each revocation and rotation. */
  get revision(): string {
    return `${this.base}revision`;
  }

  /** Three numbers: the longest lifetimes of access tokens handed out in this partition; it expires with the last of those. */
  get handedOut(): string {
    return `${this.base}handed-out`;
  }

  /** What is refused of the tokens of another issuer. @param name a short one, see {@link hashSubject} */
  ofIssuer(name: string): IssuerKeys {
    return new IssuerKeys(`${this.base}issuer:${name}:`, this.hash);
  }

  /** Stream: this partition's recent revocations, for local replicas. */
  get feed(): string {
    return `${this.base}feed`;
  }
}
