import type { MemorySessionState } from '../subjects/memory-session-state.js';
import type { RevocationLifetimes } from '../subjects/revocation-lifetimes.js';
import {
  datedBy,
  type RefreshedToken,
  type RevocableToken,
  TokenBlacklistStore,
  type UseVerdict,
} from './token-blacklist.store.js';

/** Revocations in this process only; refuses new ones with `store_unavailable` rather than forget one. */
export class MemoryTokenBlacklistStore extends TokenBlacklistStore {
  constructor(
    private readonly state: MemorySessionState,
    private readonly settings: RevocationLifetimes = state.settings,
  ) {
    super();
  }

  async revokeToken(subject: string, tokenId: string, ttlMs: number): Promise<void> {
    this.state.tokens.prolong(tokenKey(subject, tokenId), true, this.state.clock.now() + ttlMs);
  }

  async revokeSession(sessionId: string): Promise<string | undefined> {
    const subject = this.state.record(sessionId)?.subject;
    this.state.end(sessionId, this.settings.accessTokenLifetimeMs);
    return subject;
  }

  async revokeSubject(subject: string): Promise<readonly string[]> {
    const ids = this.state.sessionIds(subject);
    for (const id of ids) this.state.expire(id);
    // The epoch comes first: if memory is full, the tokens are refused at least.
    const { accessTokenLifetimeMs, marksKeptUntil } = this.settings;
    this.state.epochs.advanceSubject(subject, accessTokenLifetimeMs);
    this.state.revocations.noteSubject(subject, marksKeptUntil);
    for (const id of ids) this.state.end(id, accessTokenLifetimeMs);
    return ids;
  }

  async expireAccessTokens(subject: string): Promise<void> {
    const { accessTokenLifetimeMs, marksKeptUntil } = this.settings;
    this.state.epochs.advanceSubject(subject, accessTokenLifetimeMs);
    this.state.revocations.noteAccessTokens(subject, marksKeptUntil);
  }

  async revokeClient(clientId: string): Promise<void> {
    const { sessionLifetimeMs, accessTokenLifetimeMs, marksKeptUntil } = this.settings;
    this.state.epochs.advanceClient(clientId, sessionLifetimeMs + accessTokenLifetimeMs);
    this.state.revocations.noteClient(clientId, marksKeptUntil);
  }

  async revokeEverything(): Promise<void> {
    this.state.epochs.advanceGlobal();
    this.state.revocations.noteEverybody(this.settings.marksKeptUntil);
  }

  isRevoked(token: RevocableToken): boolean {
    const { tokenId, sessionId, subject, clientId, epoch } = token;
    const { tokens, epochs, revocations, clock } = this.state;
    if (tokens.get(tokenKey(subject, tokenId)) === true) return true;
    if (sessionId !== undefined && this.state.hasEndMark(sessionId)) return true;
    if (epoch === undefined && (token.ageMs ?? datedBy(token)) !== undefined)
      return revocations.isRevokedSince(subject, clientId, () => ageOf(token, clock.now()));
    if (epoch === undefined || epochs.current(subject, clientId) === epoch) return false;
    if (epochs.isOfEarlierRun(epoch)) this.state.noteStranger('access token of an earlier run');
    return true;
  }

  override foresee(token: RevocableToken): boolean {
    return this.isRevoked(token);
  }

  confirmUse(token: RefreshedToken): UseVerdict {
    if (this.isRevoked(token)) return 'revoked';
    const { sessionId, generation, lostAnswers } = token;
    return this.state.confirm(sessionId, generation, lostAnswers);
  }

  async claimEpoch(subject: string, clientId: string): Promise<number> {
    const { epochs } = this.state;
    epochs.keepForToken(subject, clientId, this.settings.accessTokenLifetimeMs);
    return epochs.current(subject, clientId);
  }
}

function ageOf(token: RevocableToken, now: number): number {
  return token.ageMs ?? now - datedBy(token)!;
}

/** Hosts number their tokens as they like, so an id says nothing without its subject. */
function tokenKey(subject: string, tokenId: string): string {
  return `${subject.length}:${subject}:${tokenId}`;
}
