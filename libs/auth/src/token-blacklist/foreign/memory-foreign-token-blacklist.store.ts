import type { Clock } from '../../kernel/clock.js';
import { ExpiringMap } from '../../memory/expiring-map.js';
import type { Sweepable } from '../../memory/sweeper.js';
import type { ForeignIssuer, TokenBlacklistSettings } from '../token-blacklist.settings.js';
import type { IssuerLogout, LogoutVerdict, RevocableToken } from '../token-blacklist.store.js';
import { ForeignTokenBlacklistStore } from './foreign-token-blacklist.store.js';
import { datedByAge, isIssuedBy, issuerSessionOf } from './not-before.js';

/**
 * Revocations of the tokens of another issuer, in this process only; refuses new ones with `store_unavailable` rather than
 * forget one. A restart forgets them all: what it refuses must not depend on which process was started last.
 */
export class MemoryForeignTokenBlacklistStore extends ForeignTokenBlacklistStore implements Sweepable {
  /** Until when (epoch ms) tokens must have been issued to be refused, by what they have in common. */
  private readonly marks: ExpiringMap<string, number>;
  private readonly logoutTokens: ExpiringMap<string, true>;
  private everything = -1;

  constructor(
    private readonly clock: Clock,
    private readonly settings: TokenBlacklistSettings,
    private readonly foreign: ForeignIssuer,
  ) {
    super();
    const maxEntries = settings.maxRevocationsInMemory;
    this.marks = new ExpiringMap({ clock, maxEntries, whenFull: 'refuse', isKeptByClock: true });
    this.logoutTokens = new ExpiringMap({ clock, maxEntries, whenFull: 'refuse', isKeptByClock: true });
  }

  /** Entries held in all, for tests and metrics. */
  get size(): number {
    return this.marks.size + this.logoutTokens.size;
  }

  async revokeToken(subject: string, tokenId: string, ttlMs: number): Promise<void> {
    this.marks.prolong(tokenKey(subject, tokenId), Infinity, this.clock.now() + ttlMs);
  }

  /** Of the issuer (`sid`); no subject of ours is known by it. */
  async revokeSession(sessionId: string): Promise<undefined> {
    this.mark(sessionKey(sessionId));
  }

  async revokeSubject(subject: string): Promise<readonly []> {
    this.mark(subjectKey(subject));
    return [];
  }

  async revokeClient(clientId: string): Promise<void> {
    this.mark(clientKey(clientId));
  }

  async revokeEverything(): Promise<void> {
    this.everything = Math.max(this.everything, this.now());
  }

  override async logout({
    tokenId,
    subject,
    sessionId,
    issuedAt,
    ttlMs,
  }: IssuerLogout): Promise<LogoutVerdict> {
    if (this.logoutTokens.get(tokenId) === true) return 'replayed';
    if (sessionId !== undefined) this.mark(sessionKey(sessionId), issuedAt);
    // Tokens that name no session may belong to any session of their subject, so they end with each of them.
    if (subject !== undefined)
      this.mark((sessionId === undefined ? subjectKey : sessionlessKey)(subject), issuedAt);
    const keptMs = Math.min(ttlMs, this.settings.accessTokenLifetimeMs);
    this.logoutTokens.set(tokenId, true, this.clock.now() + keptMs);
    return 'ended';
  }

  isRevoked(token: RevocableToken): boolean {
    const sessionId = issuerSessionOf(token, this.foreign.issuer);
    if (this.marks.get(tokenKey(token.subject, token.tokenId)) !== undefined) return true;
    const concerning = [
      subjectKey(token.subject),
      clientKey(token.clientId),
      sessionId === undefined ? sessionlessKey(token.subject) : sessionKey(sessionId),
    ];
    const instants = concerning.map((key) => this.marks.get(key) ?? -1);
    return isIssuedBy(datedByAge(token, this.clock.now()), Math.max(this.everything, ...instants));
  }

  sweep(): void {
    this.marks.sweep();
    this.logoutTokens.sweep();
  }

  /** The last instant that counts as until now: the issuer may be ahead. */
  private now(): number {
    return this.clock.now() + this.foreign.clockToleranceMs;
  }

  /** A mark never moves back, and its life is never shortened. */
  private mark(key: string, instant = this.now()): void {
    const known = this.marks.get(key) ?? -1;
    const { accessTokenLifetimeMs, marksKeptUntil } = this.settings;
    const keptUntil = Math.max(this.clock.now() + accessTokenLifetimeMs, marksKeptUntil);
    this.marks.prolong(key, Math.max(known, instant), keptUntil);
  }
}

const tokenKey = (subject: string, tokenId: string): string =>
  `token:${subject.length}:${subject}:${tokenId}`;
const subjectKey = (subject: string): string => `subject:${subject}`;
const sessionlessKey = (subject: string): string => `sessionless:${subject}`;
const clientKey = (clientId: string): string => `client:${clientId}`;
const sessionKey = (sessionId: string): string => `session:${sessionId}`;
