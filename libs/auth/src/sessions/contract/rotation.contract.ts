import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import { createSessionId } from '../../subjects/subject-keys.js';
import { login, type SessionHarness, tally, terms, verdictOf } from './session.contract-harness.js';

const WINDOW_MS = terms.reuseWindowMs;

function race(
  harness: SessionHarness,
  session: Awaited<ReturnType<typeof login>>,
  count: number,
  reuseWindowMs: number,
): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => verdictOf(harness, session, 0, { reuseWindowMs })));
}

/** Promises of {@link SessionStore.rotate}: the table of docs/sessions.md, line by line. */
export const rotationContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: 'rotates the current generation and slides the idle expiry',
    async run(harness) {
      const session = await login(harness);
      harness.advance(30_000);
      const rotated = await harness.sessions.rotate(session, 0, terms);
      assert.equal(rotated.verdict, 'rotated');
      const { state } = rotated;
      const { createdAt, absoluteExpiresAt } = session.opened.state;
      assert.deepEqual(state, {
        generation: 1,
        createdAt,
        absoluteExpiresAt,
        lastUsedAt: createdAt + 30_000,
        idleExpiresAt: createdAt + 90_000,
      });
    },
  },
  {
    name: '[obligation 53] ends a session at its absolute expiry however often it is refreshed',
    async run(harness) {
      const session = await login(harness);
      const { absoluteExpiresAt } = session.opened.state;
      for (let generation = 0; generation < 9; generation++) {
        const rotated = await harness.sessions.rotate(session, generation, terms);
        assert.equal(rotated.verdict, 'rotated');
        assert.ok(rotated.state.idleExpiresAt <= absoluteExpiresAt);
        harness.advance(33_000);
      }
      harness.advance(3_000);
      assert.equal(await verdictOf(harness, session, 9), 'expired');
    },
  },
  {
    name: '[obligation 46] [obligation 53] ends a session that was idle too long, and touches nothing when told so',
    async run(harness) {
      const session = await login(harness);
      harness.advance(59_999);
      assert.notEqual(await harness.sessions.find(session.id), undefined);
      harness.advance(1);
      assert.equal(await verdictOf(harness, session, 0), 'expired');
      assert.equal(await verdictOf(harness, session, 0), 'expired');
      assert.equal(await harness.sessions.find(session.id), undefined);
    },
  },
  {
    name: '[04-2] replays the predecessor inside the window: same successor, nothing slides',
    async run(harness) {
      const session = await login(harness);
      const rotated = await harness.sessions.rotate(session, 0, terms);
      harness.advance(WINDOW_MS - 1);
      const replayed = await harness.sessions.rotate(session, 0, terms);
      assert.deepEqual(replayed, { ...rotated, verdict: 'replayed' });
      assert.equal(await verdictOf(harness, session, 0), 'replayed');
      assert.equal(await verdictOf(harness, session, 1), 'rotated');
    },
  },
  {
    name: '[04-2] [obligation 46] finds reuse in the predecessor after the window: session and access tokens die',
    async run(harness) {
      const session = await login(harness);
      await harness.sessions.rotate(session, 0, terms);
      harness.advance(WINDOW_MS);
      assert.equal(await verdictOf(harness, session, 0), 'reused');
      assert.equal(await harness.blacklist.isRevoked(session.accessToken), true);
      assert.equal(await verdictOf(harness, session, 1), 'revoked');
      assert.equal(await harness.sessions.find(session.id), undefined);
      assert.deepEqual(await harness.sessions.list(session.facts.subject, { limit: 1_000 }), []);
    },
  },
  {
    name: '[04-3] finds reuse in the parent inside the window once the child was used',
    async run(harness) {
      const session = await login(harness);
      assert.equal(await verdictOf(harness, session, 0), 'rotated');
      assert.equal(await verdictOf(harness, session, 1), 'rotated');
      assert.equal(await verdictOf(harness, session, 0), 'reused');
    },
  },
  {
    name: '[04-4] finds reuse in the grandparent inside the window',
    async run(harness) {
      const session = await login(harness);
      for (const generation of [0, 1, 2]) {
        assert.equal(await verdictOf(harness, session, generation), 'rotated');
      }
      assert.equal(await verdictOf(harness, session, 1), 'reused');
      assert.equal(await verdictOf(harness, session, 3), 'revoked');
    },
  },
  {
    name: 'finds reuse in a token used long ago',
    async run(harness) {
      const session = await login(harness);
      for (let generation = 0; generation < 100; generation++) {
        assert.equal(await verdictOf(harness, session, generation), 'rotated');
      }
      assert.equal(await verdictOf(harness, session, 3), 'reused');
    },
  },
  {
    name: '[04-1] of 50 and of 100 simultaneous rotations exactly one wins, the others replay',
    async run(harness) {
      for (const count of [50, 100]) {
        const session = await login(harness);
        const verdicts = await race(harness, session, count, WINDOW_MS);
        assert.deepEqual(tally(verdicts), { rotated: 1, replayed: count - 1 });
        assert.equal((await harness.sessions.find(session.id))?.state.generation, 1);
      }
    },
  },
  {
    name: 'of 50 simultaneous rotations without a window one wins, one is reuse, and the session is dead',
    async run(harness) {
      const session = await login(harness);
      const verdicts = await race(harness, session, 50, 0);
      assert.deepEqual(tally(verdicts), { rotated: 1, reused: 1, revoked: 48 });
      assert.equal(await verdictOf(harness, session, 1, { reuseWindowMs: 0 }), 'revoked');
    },
  },
  {
    name: '[04-7] another session of the same user survives a reuse',
    async run(harness) {
      const session = await login(harness);
      const other = await login(harness, { subject: session.facts.subject });
      await verdictOf(harness, session, 0);
      await verdictOf(harness, session, 1);
      assert.equal(await verdictOf(harness, session, 0), 'reused');
      assert.equal(await verdictOf(harness, other, 0), 'rotated');
      assert.equal(await harness.blacklist.isRevoked(other.accessToken), false);
    },
  },
  {
    name: 'knows no session it never opened',
    async run(harness) {
      const { facts } = await login(harness);
      const id = createSessionId(facts.subject);
      const { verdict } = await harness.sessions.rotate({ id, facts }, 0, terms);
      assert.equal(verdict, 'unknown');
      assert.equal(await harness.sessions.recall(id), 'unknown');
      assert.equal(await harness.sessions.find(id), undefined);
    },
  },
  {
    name: '[04-8] takes an authentic token above the current generation for the newest: a failover lost a rotation',
    async run(harness) {
      const session = await login(harness);
      assert.equal(await verdictOf(harness, session, 1), 'rotated');
      assert.equal(await verdictOf(harness, session, 2), 'rotated');
      assert.equal(await verdictOf(harness, session, 0), 'reused');
    },
  },
];
