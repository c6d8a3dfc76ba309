import type { Clock } from '../../kernel/clock.js';
import { ExpiringMap } from '../../memory/expiring-map.js';
import type { Sweepable } from '../../memory/sweeper.js';
import { subjectHashOfToken } from '../subject/session-id.js';
import type { TokenBlacklistSettings } from '../token-blacklist.settings.js';
import type { RevocableToken } from '../token-blacklist.store.js';

/** What a revocation concerned: the first field of an entry of the feed. */
export type RevocationKind = 'token' | 'session' | 'subject' | 'client' | 'all';

/** `clear`: nothing recent concerns the token. `suspect`: something does, and only the store knows the epochs. */
export type RecentVerdict = 'revoked' | 'suspect' | 'clear';

/**
 * The revocations of the last access-token life. Older ones concern no token that is still alive, so a token that none
 * of these concerns is not revoked.
 */
export class RecentRevocations implements Sweepable {
  private readonly noted: ExpiringMap<string, true>;
  private readonly globalEpochs = new Map<string, number>();
  private incompleteUntil = 0;

  constructor(
    private readonly clock: Clock,
    private readonly settings: Pick<TokenBlacklistSettings, 'accessTokenLifeMs' | 'maxRevocationsInMemory'>,
  ) {
    this.noted = new ExpiringMap({ clock, maxEntries: settings.maxRevocationsInMemory, whenFull: 'refuse' });
  }

  /** Number of revocations held. */
  get size(): number {
    return this.noted.size;
  }

  /** Remembers a revocation. `id` is a token id, session id, hash of a subject, client id, or empty. */
  note(kind: RevocationKind, id: string): void {
    const until = this.clock.now() + this.settings.accessTokenLifeMs;
    try {
      this.noted.set(`${kind}:${id}`, true, until);
    } catch {
      // Full: what isn't remembered here must be asked for, as long as it could concern a living token.
      this.incompleteUntil = until;
    }
  }

  /** Remembers the global epoch of a partition; `undefined` when it has none, and so vouches for no token. */
  noteGlobalEpoch(partition: string, epoch: number | undefined): void {
    if (epoch === undefined) this.globalEpochs.delete(partition);
    else this.globalEpochs.set(partition, epoch);
  }

  /** What is known about a token without asking anybody. */
  verdictOn({ tokenId, sessionId, subject, clientId, epoch }: RevocableToken): RecentVerdict {
    if (this.has('token', tokenId)) return 'revoked';
    if (sessionId !== undefined && this.has('session', sessionId)) return 'revoked';
    if (this.clock.now() < this.incompleteUntil) return 'suspect';
    const hash = subjectHashOfToken({ sessionId, subject });
    const globalEpoch = this.globalEpochs.get(hash.charAt(0));
    if (globalEpoch === undefined || (epoch !== undefined && epoch < globalEpoch)) return 'suspect';
    const concerned = this.has('subject', hash) || this.has('client', clientId) || this.has('all', '');
    return concerned ? 'suspect' : 'clear';
  }

  sweep(): void {
    this.noted.sweep();
  }

  private has(kind: RevocationKind, id: string): boolean {
    return this.noted.get(`${kind}:${id}`) === true;
  }
}
