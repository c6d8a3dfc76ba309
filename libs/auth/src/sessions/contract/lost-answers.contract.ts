import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import {
  DAY_MS,
  LENIENT,
  loginAndRefresh,
  LONG,
  MINUTE_MS,
  tokenOf,
  use,
  type SessionHarness,
  login,
  terms,
  verdictOf,
} from './session.contract-harness.js';

/** Later than the reuse window. */
const LATER = [11_000, 10 * MINUTE_MS, 3 * DAY_MS];

/** Promises of {@link SessionStore.rotate} to a client that asks again, before and after its successor was used. */
export const lostAnswersContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: '[11-C] replays the predecessor after 11 s, 10 min and 3 days while nobody has used the successor; nothing slides',
    async run(harness) {
      const session = await login(harness, {}, LONG);
      const rotated = await harness.sessions.rotate(session, 0, LENIENT);
      for (const [at, ms] of LATER.entries()) {
        harness.advance(ms);
        const replayed = await harness.sessions.rotate(session, 0, LENIENT);
        assert.deepEqual(replayed, { ...rotated, verdict: 'replayed', lostAnswers: at + 1 });
      }
      assert.equal(await verdictOf(harness, session, 1, LENIENT), 'rotated');
    },
  },
  {
    name: '[11-C] finds reuse in the predecessor once an access token of the successor was used',
    async run(harness) {
      for (const ms of LATER) {
        const { session, accessToken } = await loginAndRefresh(harness);
        assert.equal(await use(harness, accessToken), 'confirmed');
        harness.advance(ms);
        assert.equal(await verdictOf(harness, session, 0, LENIENT), 'reused');
        assert.equal(await use(harness, accessToken), 'revoked');
        assert.equal(await verdictOf(harness, session, 1, LENIENT), 'revoked');
      }
    },
  },
  {
    name: '[11-C] finds reuse in the predecessor once the successor was refreshed, used or not',
    async run(harness) {
      const { session } = await loginAndRefresh(harness);
      assert.equal(await verdictOf(harness, session, 1, LENIENT), 'rotated');
      assert.equal(await verdictOf(harness, session, 0, LENIENT), 'reused');
    },
  },
  {
    name: '[11-C] replays the predecessor inside the reuse window, used or not: parallel tabs',
    async run(harness) {
      const { session, accessToken } = await loginAndRefresh(harness);
      await use(harness, accessToken);
      harness.advance(terms.reuseWindowMs - 1);
      assert.equal(await verdictOf(harness, session, 0, LENIENT), 'replayed');
      harness.advance(1);
      assert.equal(await verdictOf(harness, session, 0, LENIENT), 'reused');
    },
  },
  {
    name: '[11-C] replays the predecessor inside the reuse window after the first use: retries that were on their way',
    async run(harness) {
      const { session, accessToken } = await loginAndRefresh(harness);
      harness.advance(3 * DAY_MS);
      await use(harness, accessToken);
      harness.advance(terms.reuseWindowMs - 1);
      // Later ones don't count.
      await use(harness, tokenOf(session, 1));
      assert.equal(await verdictOf(harness, session, 0, LENIENT), 'replayed');
      harness.advance(1);
      assert.equal(await verdictOf(harness, session, 0, LENIENT), 'reused');
    },
  },
  {
    name: '[11-C] finds reuse in the predecessor after the time that terms allow, although the successor is used only now',
    async run(harness) {
      for (const replayUnconfirmedMs of [0, MINUTE_MS]) {
        const { session, accessToken } = await loginAndRefresh(harness, { replayUnconfirmedMs });
        harness.advance(MINUTE_MS);
        await use(harness, accessToken);
        assert.equal(await verdictOf(harness, session, 0, { ...LENIENT, replayUnconfirmedMs }), 'reused');
      }
    },
  },
  {
    name: '[11-C] without a reuse window replays the predecessor until the successor is used, and not a moment longer',
    async run(harness) {
      const withoutWindow = { ...LENIENT, reuseWindowMs: 0 };
      const { session, accessToken } = await loginAndRefresh(harness);
      assert.equal(await verdictOf(harness, session, 0, withoutWindow), 'replayed');
      // Each answer takes the place of the one before.
      assert.equal(await use(harness, accessToken), 'revoked');
      await use(harness, tokenOf(session, 1, 1));
      assert.equal(await verdictOf(harness, session, 0, withoutWindow), 'reused');
    },
  },
  {
    name: '[11-C] finds reuse in what nobody has used after the time that terms allow, 0 being the reuse window alone',
    async run(harness) {
      const allowed = { ...LENIENT, replayUnconfirmedMs: DAY_MS };
      const { session: late } = await loginAndRefresh(harness);
      const { session: strict } = await loginAndRefresh(harness);
      harness.advance(terms.reuseWindowMs);
      assert.equal(await verdictOf(harness, strict, 0, { ...LENIENT, replayUnconfirmedMs: 0 }), 'reused');
      harness.advance(DAY_MS - terms.reuseWindowMs - 1);
      assert.equal(await verdictOf(harness, late, 0, allowed), 'replayed');
      harness.advance(1);
      assert.equal(await verdictOf(harness, late, 0, allowed), 'reused');
    },
  },
  {
    name: '[11-C] replays nothing once the session is idle too long',
    async run(harness) {
      const { session } = await loginAndRefresh(harness);
      harness.advance(LONG.idleTtlMs);
      assert.equal(
        await verdictOf(harness, session, 0, { ...LENIENT, replayUnconfirmedMs: 30 * DAY_MS }),
        'expired',
      );
    },
  },
];
