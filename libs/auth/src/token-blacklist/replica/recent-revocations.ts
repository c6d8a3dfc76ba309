import type { Clock } from '../../kernel/clock.js';
import { ExpiringMap } from '../../memory/expiring-map.js';
import type { Sweepable } from '../../memory/sweeper.js';
import { revokedTokenOf } from '../../subjects/issuer-keys.js';
import { subjectHashOfToken } from '../../subjects/subject-keys.js';
import type { TokenBlacklistSettings } from '../token-blacklist.settings.js';
import { datedBy, type RefreshedToken, type RevocableToken } from '../token-blacklist.store.js';

/** What a revocation concerned: the first field of an entry of the feed. */
export type RevocationKind =
  | 'token'
  | 'session'
  // Of a session an answer was taken for lost.
  | 'lost-answer'
  | 'subject'
  | 'client'
  | 'all'
  // Of another issuer, whose names are none of ours.
  | 'issuer-token'
  | 'issuer-session';

/** `clear`: nothing recent concerns the token. `suspect`: something does, and only the store knows the epochs. */
export type RecentVerdict = 'revoked' | 'suspect' | 'clear';

/**
 * The revocations of the last access-token lifetime, which is the longest that any service or release has handed out. Tokens
 * that older revocations concern have expired, so a token is valid when none of these concerns it.
 */
export class RecentRevocations implements Sweepable {
  private readonly noted: ExpiringMap<string, true>;
  private readonly globalEpochs = new Map<string, number>();
  private readonly lastEpochs = new Map<string, number>();
  /** On the clock that nobody can set. */
  private incompleteUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly settings: Pick<
      TokenBlacklistSettings,
      'accessTokenLifetimeMs' | 'maxRevocationsInMemory' | 'marksKeptUntil'
    >,
  ) {
    this.noted = new ExpiringMap({
      clock,
      maxEntries: settings.maxRevocationsInMemory,
      whenFull: 'refuse',
      isKeptByClock: true,
    });
  }

  /** Another number means that what a reading since then found of a whole partition is outdated. */
  readonly timesOutdated: number = 0;

  /** Number of revocations held. */
  get size(): number {
    return this.noted.size;
  }

  /**
   * Remembers a revocation. `id` is what a token is known by, session id, hash of a subject, client id, or empty.
   * @param longestLifetimeMs longest lifetime of a token that it may concern; not less than what today's settings say
   */
  note(kind: RevocationKind, id: string, longestLifetimeMs = 0): void {
    const keptMs = Math.max(this.settings.accessTokenLifetimeMs, longestLifetimeMs);
    try {
      this.noted.prolong(`${kind}:${id}`, true, this.clock.now() + keptMs);
    } catch {
      // The copy is full. Until the tokens that a missing entry may concern have expired, checks must ask the store.
      this.incompleteUntil = Math.max(this.incompleteUntil, this.clock.elapsed() + keptMs);
    }
  }

  /** Remembers the global epoch of a partition; `undefined` when it has none, and so vouches for no token. */
  noteGlobalEpoch(partition: string, epoch: number | undefined): void {
    if (epoch === undefined) {
      this.globalEpochs.delete(partition);
      return;
    }
    const last = this.lastEpochs.get(partition);
    // It may have gone back: the store lost its data, and its clock was set back. Then no token is newer than it.
    if (last !== undefined && last !== epoch) this.note('all', '');
    this.lastEpochs.set(partition, epoch);
    this.globalEpochs.set(partition, epoch);
  }

  /** What is known about a token without asking anybody. */
  verdictOn(token: RevocableToken): RecentVerdict {
    const { sessionId, clientId, epoch, scheme } = token;
    const hash = subjectHashOfToken(token);
    if (this.has('token', revokedTokenOf(hash, token.tokenId))) return 'revoked';
    if (sessionId !== undefined && this.has('session', sessionId)) return 'revoked';
    // Credentials of schemes may live for longer than anything is remembered here.
    if (this.isIncomplete || scheme !== undefined) return 'suspect';
    // What was revoked long before may concern it: it may be older than any token of ours.
    if (datedBy(token) !== undefined && this.clock.now() < this.settings.marksKeptUntil) return 'suspect';
    const globalEpoch = this.globalEpochs.get(hash.charAt(0));
    if (globalEpoch === undefined || (epoch !== undefined && epoch < globalEpoch)) return 'suspect';
    const concerned = this.has('subject', hash) || this.has('client', clientId) || this.has('all', '');
    return concerned ? 'suspect' : 'clear';
  }

  /** {@link verdictOn} for a token whose first use the store should know of: it alone knows which answer counts. */
  verdictOnFirst(token: RefreshedToken): RecentVerdict {
    const verdict = this.verdictOn(token);
    return verdict === 'clear' && this.has('lost-answer', token.sessionId) ? 'suspect' : verdict;
  }

  sweep(): void {
    this.noted.sweep();
  }

  /** Whether something may be missing: the copy was full. */
  protected get isIncomplete(): boolean {
    return this.clock.elapsed() < this.incompleteUntil;
  }

  protected has(kind: RevocationKind, id: string): boolean {
    return this.noted.get(`${kind}:${id}`) === true;
  }
}
