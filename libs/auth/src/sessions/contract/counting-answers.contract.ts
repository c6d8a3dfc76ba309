import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import type { UseVerdict } from '../../token-blacklist/token-blacklist.store.js';
import type { LifetimesHarness } from './lifetimes.contract-harness.js';
import {
  DAY_MS,
  LENIENT,
  loginAndRefresh,
  MINUTE_MS,
  tokenOf,
  use,
  type SessionHarness,
  terms,
  verdictOf,
} from './session.contract-harness.js';

/** Generations of a session with lost answers of which a store remembers the one that counts. */
const MOST_REMEMBERED = 32;

/** Promises about access tokens whose answer was taken for lost: of each generation the last answer counts. */
export const countingAnswersContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: '[11-C] refuses the access token of an answer that was taken for lost, and takes that of the last one',
    async run(harness) {
      const { session, accessToken } = await loginAndRefresh(harness);
      for (const lostAnswers of [1, 2]) {
        harness.advance(terms.reuseWindowMs);
        // Two tabs ask.
        for (let tab = 0; tab < 2; tab++) {
          const replayed = await harness.sessions.rotate(session, 0, LENIENT);
          assert.equal('lostAnswers' in replayed && replayed.lostAnswers, lostAnswers);
        }
      }
      for (const lost of [accessToken, tokenOf(session, 1, 1)])
        assert.equal(await use(harness, lost), 'revoked');
      const last = tokenOf(session, 1, 2);
      assert.equal(await use(harness, last), 'confirmed');
      assert.equal(await use(harness, accessToken), 'revoked');
      const replayed = await harness.sessions.rotate(session, 0, LENIENT);
      assert.deepEqual('lostAnswers' in replayed && [replayed.verdict, replayed.lostAnswers], [
        'replayed',
        2,
      ]);
      // Whoever has the other one refreshes with the token that came with it.
      assert.equal(await verdictOf(harness, session, 1, LENIENT), 'rotated');
      assert.equal(await use(harness, tokenOf(session, 2)), 'confirmed');
    },
  },
  {
    name: '[11-C] refuses the access token of a lost answer however often the session is refreshed afterwards, and no other',
    async run(harness) {
      const { session, accessToken: lost } = await loginAndRefresh(harness);
      harness.advance(terms.reuseWindowMs);
      assert.equal(await verdictOf(harness, session, 0, LENIENT), 'replayed');
      const counting = tokenOf(session, 1, 1);
      for (const generation of [1, 2, 3]) {
        assert.equal(await verdictOf(harness, session, generation, LENIENT), 'rotated');
        assert.equal(await use(harness, lost), 'revoked');
        assert.equal(await use(harness, counting), 'confirmed');
        assert.equal(await use(harness, tokenOf(session, generation + 1)), 'confirmed');
      }
      // Of a generation without a lost answer every token counts.
      assert.equal(await use(harness, tokenOf(session, 2)), 'confirmed');
    },
  },
  {
    name: '[11-C] remembers which answer counts of each generation that had lost ones, as long as their tokens live',
    async run(harness) {
      const { session } = await loginAndRefresh(harness);
      for (const generation of [1, 2, 3]) {
        for (let lost = 0; lost < generation; lost++) {
          harness.advance(terms.reuseWindowMs);
          assert.equal(await verdictOf(harness, session, generation - 1, LENIENT), 'replayed');
        }
        assert.equal(await verdictOf(harness, session, generation, LENIENT), 'rotated');
      }
      for (const generation of [1, 2, 3])
        for (let lost = 0; lost <= generation; lost++) {
          const verdict = await use(harness, tokenOf(session, generation, lost));
          assert.equal(verdict, lost === generation ? 'confirmed' : 'revoked', `${generation}, ${lost}`);
        }
    },
  },
  {
    name: '[11-C] refuses whatever is older than the lost answers that it remembers, of which there are few',
    async run(harness) {
      const { session } = await loginAndRefresh(harness);
      for (let generation = 1; generation <= MOST_REMEMBERED + 1; generation++) {
        harness.advance(terms.reuseWindowMs);
        assert.equal(await verdictOf(harness, session, generation - 1, LENIENT), 'replayed');
        assert.equal(await verdictOf(harness, session, generation, LENIENT), 'rotated');
      }
      for (const lost of [0, 1]) assert.equal(await use(harness, tokenOf(session, 1, lost)), 'revoked');
      for (const generation of [2, MOST_REMEMBERED + 1]) {
        assert.equal(await use(harness, tokenOf(session, generation)), 'revoked');
        assert.equal(await use(harness, tokenOf(session, generation, 1)), 'confirmed');
      }
      assert.equal(await use(harness, tokenOf(session, MOST_REMEMBERED + 2)), 'confirmed');
    },
  },
  {
    name: '[11-C] goes on however often an answer is lost',
    async run(harness) {
      const { session } = await loginAndRefresh(harness);
      for (let lost = 0; lost < 1_100; lost++) {
        harness.advance(terms.reuseWindowMs);
        const replayed = await harness.sessions.rotate(session, 0, LENIENT);
        assert.ok('lostAnswers' in replayed);
        if (lost % 300 < 298) continue;
        const isLast = (lostAnswers: number): Promise<UseVerdict> =>
          use(harness, tokenOf(session, 1, lostAnswers));
        assert.equal(await isLast(replayed.lostAnswers + 1), 'revoked');
        // However far apart: no number is ever given twice.
        for (const earlier of [1, 512])
          if (earlier <= lost) assert.equal(await isLast(lost + 1 - earlier), 'revoked', `${lost}`);
      }
      const { verdict, ...replayed } = await harness.sessions.rotate(session, 0, LENIENT);
      assert.equal(verdict, 'replayed');
      assert.equal(
        await use(harness, tokenOf(session, 1, 'lostAnswers' in replayed ? replayed.lostAnswers : -1)),
        'confirmed',
      );
    },
  },
];

/** The same where releases and services hand out tokens of other lifetimes. */
export const countingAnswersLifetimesContract: readonly ContractCase<LifetimesHarness>[] = [
  {
    name: '[11-C] refuses the access token of a lost answer until its own end, however short tokens are where it was lost',
    async run({ under, pass }) {
      const [long, short] = [DAY_MS, MINUTE_MS].map((accessTokenLifetimeMs) =>
        under({ accessTokenLifetimeMs, sessionLifetimeMs: 30 * DAY_MS }),
      ) as [SessionHarness, SessionHarness];
      const { session, accessToken: lost } = await loginAndRefresh(long);
      await pass(terms.reuseWindowMs);
      assert.equal(await verdictOf(short, session, 0, LENIENT), 'replayed');
      assert.equal(await verdictOf(short, session, 1, LENIENT), 'rotated');
      await pass(DAY_MS - MINUTE_MS);
      assert.equal(await use(short, lost), 'revoked');
      assert.equal(await use(short, tokenOf(session, 1, 1)), 'confirmed');
    },
  },
];
