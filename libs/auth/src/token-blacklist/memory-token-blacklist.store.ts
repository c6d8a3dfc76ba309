import type { MemorySessionState } from './memory-session-state.js';
import { type RevocableToken, TokenBlacklistStore } from './token-blacklist.store.js';

/** Revocations in this process only; refuses new ones with `store_unavailable` rather than forget one. */
export class MemoryTokenBlacklistStore extends TokenBlacklistStore {
  constructor(private readonly state: MemorySessionState) {
    super();
  }

  async revokeToken(_subject: string, tokenId: string, ttlMs: number): Promise<void> {
    this.state.tokens.set(tokenId, true, this.state.clock.now() + ttlMs);
  }

  async revokeSession(sessionId: string): Promise<string | undefined> {
    const subject = this.state.record(sessionId)?.subject;
    this.state.end(sessionId);
    return subject;
  }

  async revokeSubject(subject: string): Promise<readonly string[]> {
    // The epoch first: should memory be full, refusing tokens is what may not be missing.
    this.state.epochs.advanceSubject(subject, this.state.settings.accessTokenLifeMs);
    const ids = this.state.sessionIds(subject);
    for (const id of ids) this.state.end(id);
    return ids;
  }

  async revokeClient(clientId: string): Promise<void> {
    const { sessionLifeMs, accessTokenLifeMs } = this.state.settings;
    this.state.epochs.advanceClient(clientId, sessionLifeMs + accessTokenLifeMs);
  }

  async revokeAll(): Promise<void> {
    this.state.epochs.advanceGlobal();
  }

  isRevoked({ tokenId, sessionId, subject, clientId, epoch }: RevocableToken): boolean {
    const { tokens, epochs } = this.state;
    if (tokens.get(tokenId) === true) return true;
    if (sessionId !== undefined && this.state.isCut(sessionId)) return true;
    return epoch !== undefined && epochs.current(subject, clientId) !== epoch;
  }

  async currentEpoch(subject: string, clientId: string): Promise<number> {
    const { epochs, settings } = this.state;
    epochs.keepForToken(subject, clientId, settings.accessTokenLifeMs);
    return epochs.current(subject, clientId);
  }
}
