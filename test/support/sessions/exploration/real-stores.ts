import { createSessionId } from '../../../../libs/auth/src/subjects/subject-keys.js';
import { MemorySessionState } from '../../../../libs/auth/src/subjects/memory-session-state.js';
import { MemorySessionStore } from '../../../../libs/auth/src/sessions/memory-session.store.js';
import type { RotationTerms, StoredFacts } from '../../../../libs/auth/src/sessions/session.store.js';
import { ManualClock } from '../../../../libs/auth/src/testing/manual-clock.js';
import { MemoryTokenBlacklistStore } from '../../../../libs/auth/src/token-blacklist/memory-token-blacklist.store.js';
import type { RefreshedToken } from '../../../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { blacklistSettings } from '../session-media.js';
import { facts as loginFacts } from '../session-services.js';
import type { StoredState } from './world.js';

const DAY_MS = 86_400_000;
const WINDOW_MS = 10_000;
const SETTINGS = blacklistSettings();
const FACTS: StoredFacts = { ...loginFacts(), salt: 'c2FsdA' };

/** The session of the exploration. */
export const SESSION = { id: createSessionId(FACTS.subject), facts: FACTS };

/** The defaults of the library. */
export const TERMS: RotationTerms = {
  idleTtlMs: 7 * DAY_MS,
  reuseWindowMs: WINDOW_MS,
  replayUnconfirmedMs: 7 * DAY_MS,
};

/** Both stores of the library over a state; a planted bug puts others in their place. */
export interface Stores {
  readonly sessions: MemorySessionStore;
  readonly blacklist: MemoryTokenBlacklistStore;
}

export type MakeStores = (state: MemorySessionState<StoredFacts>) => Stores;

export const soundStores: MakeStores = (state) => ({
  sessions: new MemorySessionStore(state),
  blacklist: new MemoryTokenBlacklistStore(state),
});

/** The real stores, brought to where a world stands. */
export class SettledStores {
  readonly sessions: MemorySessionStore;
  readonly blacklist: MemoryTokenBlacklistStore;
  private readonly clock = new ManualClock();
  private readonly state = new MemorySessionState<StoredFacts>(this.clock, SETTINGS);

  constructor(make: MakeStores, stored: StoredState) {
    const { generation, lostAnswers, counting, isConfirmed, isRecent, hasEnded } = stored;
    const { subject, clientId } = FACTS;
    const now = this.clock.elapsed();
    const changedAt = isRecent ? now : now - WINDOW_MS;
    const record = {
      subject,
      clientId,
      facts: FACTS,
      createdAt: now,
      lastUsedAt: now,
      rotatedAt: changedAt,
      answeredAt: changedAt,
      lostAnswers,
      confirmedAt: isConfirmed ? changedAt : undefined,
      generation,
      idleExpiresAt: now + 7 * DAY_MS,
      absoluteExpiresAt: now + 30 * DAY_MS,
      epoch: this.state.epochs.ofClient(clientId),
    };
    this.state.add(SESSION.id, record, SETTINGS.accessTokenLifetimeMs);
    for (const each of counting)
      this.state.lostAnswers.note(SESSION.id, each, SETTINGS.accessTokenLifetimeMs);
    if (hasEnded) this.state.end(SESSION.id, SETTINGS.accessTokenLifetimeMs);
    const { sessions, blacklist } = make(this.state);
    this.sessions = sessions;
    this.blacklist = blacklist;
  }

  /** An access token of this generation, and of the answer after so many lost ones. */
  accessToken(token: number): RefreshedToken {
    const { subject, clientId } = FACTS;
    const epoch = this.state.epochs.current(subject, clientId);
    const generation = Math.floor(token);
    const lostAnswers = Math.round((token - generation) * 100);
    return {
      tokenId: `token ${token}`,
      sessionId: SESSION.id,
      subject,
      clientId,
      epoch,
      generation,
      lostAnswers,
    };
  }

  /** Where they stand now. */
  read(before: StoredState): StoredState {
    const record = this.state.record(SESSION.id);
    if (record === undefined) return { ...before, hasEnded: true };
    const { generation, lostAnswers, confirmedAt, rotatedAt, answeredAt } = record;
    const changedAt = Math.max(rotatedAt, answeredAt, confirmedAt ?? rotatedAt);
    const isRecent = this.clock.elapsed() - changedAt < WINDOW_MS;
    const hasEnded = this.state.hasEndMark(SESSION.id);
    const counting = this.state.lostAnswers.of(SESSION.id);
    return { generation, lostAnswers, counting, isConfirmed: confirmedAt !== undefined, isRecent, hasEnded };
  }
}
