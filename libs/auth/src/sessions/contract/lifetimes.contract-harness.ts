import assert from 'node:assert/strict';
import type { RevocableToken } from '../../token-blacklist/token-blacklist.store.js';
import {
  fresh,
  login,
  type OpenedSession,
  type SessionHarness,
  verdictOf,
} from './session.contract-harness.js';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** What releases and services on the same data may have set differently. */
export interface StoreLifetimes {
  readonly accessTokenLifetimeMs: number;
  readonly sessionLifetimeMs: number;
  readonly marksKeptUntil?: number;
}

/** One medium as releases and services with different settings see it. */
export interface LifetimesHarness {
  /** Both stores under these settings, on the same data as all others of this harness. */
  under(lifetimes: StoreLifetimes): SessionHarness;
  /** {@link under}, once such a service has started. */
  started(lifetimes: StoreLifetimes): Promise<SessionHarness>;
  /** Lets time pass, also for what expires by itself. */
  pass(ms: number): Promise<void>;
}

/** Settings of one service, and of another. */
export const LONG: StoreLifetimes = { accessTokenLifetimeMs: DAY_MS, sessionLifetimeMs: 60 * DAY_MS };
export const SHORT: StoreLifetimes = { accessTokenLifetimeMs: MINUTE_MS, sessionLifetimeMs: HOUR_MS };
export const LONG_TERMS = { idleTtlMs: 60 * DAY_MS, absoluteTtlMs: 60 * DAY_MS };
export const SHORT_TERMS = { idleTtlMs: HOUR_MS, absoluteTtlMs: HOUR_MS };

type Revoke = (by: SessionHarness, mine: OpenedSession, other: OpenedSession) => Promise<unknown>;

/** What refuses the access tokens of a session; all but one end the session as well. */
export const REVOCATIONS: Readonly<Record<string, Revoke>> = {
  token: ({ blacklist }, { accessToken }) =>
    blacklist.revokeToken(accessToken.subject, accessToken.tokenId, DAY_MS),
  session: ({ blacklist }, { id }) => blacklist.revokeSession(id),
  subject: ({ blacklist }, { facts }) => blacklist.revokeSubject(facts.subject),
  'access tokens': ({ blacklist }, { facts }) => blacklist.expireAccessTokens(facts.subject),
  others: ({ sessions }, _mine, other) => sessions.revokeOthers(other.id),
  client: ({ blacklist }, { facts }) => blacklist.revokeClient(facts.clientId),
  everything: ({ blacklist }) => blacklist.revokeEverything(),
  async reuse(by, mine) {
    await verdictOf(by, mine, 0);
    assert.equal(await verdictOf(by, mine, 0, { reuseWindowMs: 0 }), 'reused');
  },
  async eviction(by, { facts }) {
    await login(by, { subject: facts.subject }, { ...SHORT_TERMS, maxSessions: 1 });
  },
};

/** A token of a machine, which has no session. */
export async function issueToMachine(
  { blacklist }: SessionHarness,
  clientId: string,
): Promise<RevocableToken> {
  const subject = `client:${clientId}`;
  const epoch = await blacklist.claimEpoch(subject, clientId);
  return { tokenId: fresh('token'), sessionId: undefined, subject, clientId, epoch };
}
