import assert from 'node:assert/strict';
import { createSessionId } from '../../subjects/subject-keys.js';
import type {
  RefreshedToken,
  RevocableToken,
  TokenBlacklistStore,
  UseVerdict,
} from '../../token-blacklist/token-blacklist.store.js';
import type {
  OpenVerdict,
  SessionStore,
  RotationTerms,
  SessionTerms,
  StoredFacts,
} from '../session.store.js';

/** What the contract of {@link SessionStore} is run against: both stores of a medium, and its time. */
export interface SessionHarness {
  readonly sessions: SessionStore;
  readonly blacklist: TokenBlacklistStore;
  /** Moves the store's time on. */
  advance(ms: number): void;
}

/** Terms the contract works with; lives are short so that tests read well. */
export const terms: SessionTerms & RotationTerms = {
  idleTtlMs: 60_000,
  absoluteTtlMs: 300_000,
  maxSessions: 0,
  whenFull: 'evict-oldest',
  reuseWindowMs: 10_000,
};

let serial = 0;

/** A name nobody used before. */
export function fresh(kind: string): string {
  return `${kind}-${process.pid}-${++serial}`;
}

/** A login of the contract: the session, and an access token issued with it. */
export interface OpenedSession {
  readonly id: string;
  readonly facts: StoredFacts;
  readonly opened: Extract<OpenVerdict, { verdict: 'opened' }>;
  readonly accessToken: RevocableToken;
}

/** Opens a session and fails unless that works. */
export async function login(
  harness: SessionHarness,
  facts: Partial<StoredFacts> = {},
  changed: Partial<SessionTerms> = {},
): Promise<OpenedSession> {
  const attempt = await tryLogin(harness, facts, changed);
  if (attempt.opened.verdict !== 'opened') throw new Error('the login was refused');
  return { ...attempt, opened: attempt.opened, accessToken: accessTokenOf(attempt, attempt.opened.epoch) };
}

/** Opens a session, or doesn't. */
export async function tryLogin(
  { sessions }: SessionHarness,
  known: Partial<StoredFacts> = {},
  changed: Partial<SessionTerms> = {},
): Promise<{ id: string; facts: StoredFacts; opened: OpenVerdict }> {
  const facts: StoredFacts = {
    subject: fresh('user'),
    clientId: 'web',
    roles: ['reader'],
    authenticatedAt: 1,
    device: { userAgent: 'contract' },
    salt: 'c2FsdA',
    ...known,
  };
  const id = createSessionId(facts.subject);
  return { id, facts, opened: await sessions.open(id, facts, { ...terms, ...changed }) };
}

/** An access token of a session, issued under an epoch. */
export function accessTokenOf(
  { id, facts }: { id: string; facts: StoredFacts },
  epoch: number,
): RevocableToken {
  const { subject, clientId } = facts;
  return { tokenId: fresh('token'), sessionId: id, subject, clientId, epoch };
}

/** Rotates and answers the verdict's word only. */
export async function verdictOf(
  { sessions }: SessionHarness,
  session: OpenedSession,
  generation: number,
  changed: Partial<RotationTerms> = {},
): Promise<string> {
  const { verdict } = await sessions.rotate(session, generation, { ...terms, ...changed });
  return verdict;
}

/** How often each word occurs. */
export function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;
export const LONG = { idleTtlMs: 7 * DAY_MS, absoluteTtlMs: 30 * DAY_MS };
/** Terms under which a lost answer may be asked for until the idle end. */
export const LENIENT: RotationTerms = { ...terms, ...LONG, replayUnconfirmedMs: 7 * DAY_MS };

/** A session that was refreshed once. */
export interface Refreshed {
  readonly session: OpenedSession;
  /** Came with the refresh. */
  readonly accessToken: RefreshedToken;
}

/** An access token that came with a refresh. */
export const tokenOf = (session: OpenedSession, generation: number, lostAnswers = 0): RefreshedToken => ({
  ...accessTokenOf(session, session.opened.epoch),
  sessionId: session.id,
  generation,
  lostAnswers,
});

/** Logs in and refreshes once. */
export async function loginAndRefresh(
  harness: SessionHarness,
  changed: Partial<RotationTerms> = {},
): Promise<Refreshed> {
  const session = await login(harness, {}, LONG);
  assert.equal(await verdictOf(harness, session, 0, { ...LENIENT, ...changed }), 'rotated');
  return { session, accessToken: tokenOf(session, 1) };
}

/** Uses an access token for the first time. */
export const use = async ({ blacklist }: SessionHarness, token: RefreshedToken): Promise<UseVerdict> =>
  blacklist.confirmUse(token);
