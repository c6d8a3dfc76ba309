import assert from 'node:assert/strict';
import type { RefreshedToken, UseVerdict } from '../../token-blacklist/token-blacklist.store.js';
import type { RotationTerms } from '../session.store.js';
import {
  accessTokenOf,
  login,
  type OpenedSession,
  type SessionHarness,
  terms,
  verdictOf,
} from './session.contract-harness.js';

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
