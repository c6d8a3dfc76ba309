import type { Clock } from '../../kernel/clock.js';
import { revokedTokenOf } from '../../subjects/issuer-keys.js';
import { hashSubject } from '../../subjects/subject-keys.js';
import { isIssuedBy, isOfIssuer, issuerSessionOf } from '../foreign/not-before.js';
import type { TokenBlacklistSettings } from '../token-blacklist.settings.js';
import type { RevocableToken } from '../token-blacklist.store.js';
import { RecentRevocations, type RecentVerdict, type RevocationKind } from './recent-revocations.js';

/** Recent revocations of the tokens of another issuer; only the store knows until when they are refused. */
export class RecentForeignRevocations extends RecentRevocations {
  /** Until when everything of a partition is refused, epoch ms. */
  private readonly beginnings = new Map<string, number>();
  private readonly issuer: string | undefined;
  override timesOutdated = 0;

  constructor(clock: Clock, settings: TokenBlacklistSettings) {
    super(clock, settings);
    this.issuer = settings.foreign?.issuer;
  }

  override note(kind: RevocationKind, id: string, longestLifetimeMs = 0): void {
    if (kind !== 'all') return super.note(kind, id, longestLifetimeMs);
    // The next reading that begins tells until when everything is refused.
    this.beginnings.clear();
    this.timesOutdated += 1;
  }

  override noteGlobalEpoch(partition: string, beginning: number | undefined): void {
    if (beginning === undefined) this.beginnings.delete(partition);
    else this.beginnings.set(partition, beginning);
  }

  override verdictOn(token: RevocableToken): RecentVerdict {
    // Legacy tokens and credentials of other schemes may live longer than anything is remembered here.
    if (this.isIncomplete || !isOfIssuer(token, this.issuer)) return 'suspect';
    const hash = hashSubject(token.subject);
    const beginning = this.beginnings.get(hash.charAt(0));
    if (beginning === undefined || isIssuedBy(token, beginning)) return 'suspect';
    const isConcerned =
      this.hasOne(['token', 'issuer-token'], revokedTokenOf(hash, token.tokenId)) ||
      this.hasOne(['session', 'issuer-session'], issuerSessionOf(token, this.issuer)) ||
      this.has('subject', hash) ||
      this.has('client', token.clientId);
    return isConcerned ? 'suspect' : 'clear';
  }

  /** What this process revoked itself is noted as any store's is. */
  private hasOne(kinds: readonly RevocationKind[], id: string | undefined): boolean {
    return id !== undefined && kinds.some((kind) => this.has(kind, id));
  }
}
