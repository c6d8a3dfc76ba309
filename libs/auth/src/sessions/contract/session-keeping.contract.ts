import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import { fresh, login, type SessionHarness, terms, tryLogin, verdictOf } from './session.contract-harness.js';

async function idsOf(harness: SessionHarness, subject: string): Promise<readonly string[]> {
  return (await harness.sessions.list(subject, { limit: 1_000 })).map(({ id }) => id);
}

/** Promises about opening, listing and limiting sessions. */
export const sessionKeepingContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: 'opens a session and gives back what it was opened with',
    async run(harness) {
      const { id, facts, opened } = await login(harness, {
        scope: ['read', 'write'],
        binding: 'thumbprint',
        device: { userAgent: 'ä "quoted" \u0000', ip: '::1', label: 'phone' },
      });
      const { createdAt } = opened.state;
      assert.deepEqual(opened, {
        verdict: 'opened',
        epoch: opened.epoch,
        evicted: [],
        state: {
          generation: 0,
          createdAt,
          lastUsedAt: createdAt,
          idleExpiresAt: createdAt + terms.idleTtlMs,
          absoluteExpiresAt: createdAt + terms.absoluteTtlMs,
        },
      });
      assert.deepEqual(await harness.sessions.recall(id), facts);
      assert.deepEqual(await harness.sessions.find(id), { id, facts, state: opened.state });
    },
  },
  {
    name: '[obligation 55] lists the live sessions of a subject, the one idle longest in front',
    async run(harness) {
      const subject = fresh('user');
      const first = await login(harness, { subject });
      harness.advance(1_000);
      const second = await login(harness, { subject });
      harness.advance(1_000);
      const third = await login(harness, { subject });
      await login(harness);
      await verdictOf(harness, first, 0);
      assert.deepEqual((await idsOf(harness, subject))[0], second.id);
      assert.deepEqual(new Set(await idsOf(harness, subject)), new Set([first.id, second.id, third.id]));
      harness.advance(59_000);
      assert.deepEqual(new Set(await idsOf(harness, subject)), new Set([first.id, third.id]));
      await harness.blacklist.revokeSession(first.id);
      assert.deepEqual(await idsOf(harness, subject), [third.id]);
    },
  },
  {
    name: '[obligation 55] at the cap evicts the session idle longest, with its access tokens',
    async run(harness) {
      const subject = fresh('user');
      const cap = { maxSessions: 2 };
      const first = await login(harness, { subject }, cap);
      harness.advance(1_000);
      const second = await login(harness, { subject }, cap);
      harness.advance(1_000);
      await verdictOf(harness, first, 0);
      const third = await login(harness, { subject }, cap);
      assert.deepEqual(third.opened.evicted, [second.id]);
      assert.equal(await verdictOf(harness, second, 0), 'revoked');
      assert.equal(await harness.blacklist.isRevoked(second.accessToken), true);
      assert.equal(await harness.blacklist.isRevoked(first.accessToken), false);
      assert.deepEqual(new Set(await idsOf(harness, subject)), new Set([first.id, third.id]));
    },
  },
  {
    name: 'evicts several when the cap was lowered',
    async run(harness) {
      const subject = fresh('user');
      for (let count = 0; count < 6; count++) await login(harness, { subject });
      const last = await login(harness, { subject }, { maxSessions: 2 });
      assert.equal(last.opened.evicted.length, 5);
      assert.equal((await idsOf(harness, subject)).length, 2);
    },
  },
  {
    name: '[obligation 55] at the cap refuses the login when told to, until a session ends',
    async run(harness) {
      const subject = fresh('user');
      const cap = { maxSessions: 2, whenFull: 'reject' } as const;
      const first = await login(harness, { subject }, cap);
      await login(harness, { subject }, cap);
      assert.equal((await tryLogin(harness, { subject }, cap)).opened.verdict, 'full');
      assert.equal((await idsOf(harness, subject)).length, 2);
      await harness.blacklist.revokeSession(first.id);
      await login(harness, { subject }, cap);
      assert.equal((await tryLogin(harness, { subject }, cap)).opened.verdict, 'full');
      harness.advance(terms.idleTtlMs);
      await login(harness, { subject }, cap);
    },
  },
  {
    name: 'counts no session that a revoked client has left behind',
    async run(harness) {
      const subject = fresh('user');
      const clientId = fresh('client');
      const cap = { maxSessions: 2, whenFull: 'reject' } as const;
      await login(harness, { subject, clientId }, cap);
      await login(harness, { subject, clientId }, cap);
      await harness.blacklist.revokeClient(clientId);
      await login(harness, { subject, clientId }, cap);
      await login(harness, { subject }, cap);
      assert.equal((await tryLogin(harness, { subject }, cap)).opened.verdict, 'full');
      const evicting = { maxSessions: 2 };
      const live = await idsOf(harness, subject);
      const next = await login(harness, { subject }, evicting);
      assert.deepEqual(next.opened.evicted, [live[0]]);
    },
  },
  {
    name: 'evicts none to make room for sessions that a revoked client has left behind',
    async run(harness) {
      const cap = { maxSessions: 2 };
      for (const order of [0, 1]) {
        const [subject, clientId] = [fresh('user'), fresh('client')];
        const opened = [];
        for (const place of [0, 1]) {
          opened.push(await login(harness, { subject, ...(place === order && { clientId }) }, cap));
          harness.advance(1_000);
        }
        await harness.blacklist.revokeClient(clientId);
        const next = await login(harness, { subject }, cap);
        assert.deepEqual(next.opened.evicted, []);
        harness.advance(1_000);
        assert.equal(await verdictOf(harness, opened[1 - order]!, 0), 'rotated');
        const last = await login(harness, { subject }, cap);
        assert.deepEqual(last.opened.evicted, [next.id]);
      }
    },
  },
  {
    name: 'never exceeds the cap under simultaneous logins',
    async run(harness) {
      for (const whenFull of ['evict-oldest', 'reject'] as const) {
        const subject = fresh('user');
        const attempts = Array.from({ length: 30 }, () =>
          tryLogin(harness, { subject }, { maxSessions: 3, whenFull }),
        );
        const verdicts = (await Promise.all(attempts)).map(({ opened }) => opened.verdict);
        assert.equal((await idsOf(harness, subject)).length, 3);
        const expected = whenFull === 'reject' ? 3 : 30;
        assert.equal(verdicts.filter((verdict) => verdict === 'opened').length, expected);
      }
    },
  },
];
