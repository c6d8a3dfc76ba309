import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import type { StoredSession } from '../session.store.js';
import { fresh, login, type SessionHarness, terms, tryLogin, verdictOf } from './session.contract-harness.js';

const MANY = 250;

async function loginMany(harness: SessionHarness, subject: string, count = MANY) {
  const opened = [];
  for (let at = 0; at < count; at++) {
    // Some expire at the same instant, some don't.
    if (at % 50 === 0) harness.advance(1);
    opened.push(await login(harness, { subject }));
  }
  return opened;
}

/** All sessions of a subject, page by page; `between` is called after each page. */
async function listAll(
  { sessions }: SessionHarness,
  subject: string,
  limit: number,
  between: (page: readonly StoredSession[]) => Promise<unknown> = async () => {},
): Promise<readonly StoredSession[]> {
  const all: StoredSession[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last && { id: last.id, idleExpiresAt: last.state.idleExpiresAt };
    const page = await sessions.list(subject, after === undefined ? { limit } : { limit, after });
    assert.ok(page.length <= limit);
    if (page.length === 0) return all;
    all.push(...page);
    await between(page);
  }
}

const odd = { userAgent: 'half an emoji \uD83D', label: '\uDE00\uD83D', ip: '\u0000\uDFFF' };

/** Promises that hold however many sessions a subject has, and whatever they are called. */
export const manySessionsContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: '[10-10] lists page by page, each session once, in one order',
    async run(harness) {
      const subject = fresh('user');
      const opened = await loginMany(harness, subject);
      const whole = await harness.sessions.list(subject, { limit: 1_000 });
      assert.equal(whole.length, MANY);
      assert.deepEqual(new Set(whole.map(({ id }) => id)), new Set(opened.map(({ id }) => id)));
      for (const limit of [1, 7, 100, 249, 250])
        assert.deepEqual(await listAll(harness, subject, limit), whole);
    },
  },
  {
    name: '[10-10] goes on with the next page when the sessions of the last one have ended',
    async run(harness) {
      const subject = fresh('user');
      await loginMany(harness, subject, 30);
      const ids = new Set<string>();
      await listAll(harness, subject, 7, async (page) => {
        for (const { id } of page) {
          ids.add(id);
          await harness.blacklist.revokeSession(id);
        }
      });
      assert.equal(ids.size, 30);
      assert.deepEqual(await harness.sessions.list(subject, { limit: 10 }), []);
    },
  },
  {
    name: '[10-10] fills a page although a client of the subject was revoked',
    async run(harness) {
      const subject = fresh('user');
      const clientId = fresh('client');
      for (let at = 0; at < 12; at++) await login(harness, { subject, clientId });
      harness.advance(1);
      const kept: string[] = [];
      for (let at = 0; at < 12; at++) kept.push((await login(harness, { subject })).id);
      await harness.blacklist.revokeClient(clientId);
      const listed = await harness.sessions.list(subject, { limit: 10 });
      assert.equal(listed.length, 10);
      assert.ok(listed.every(({ id }) => kept.includes(id)));
    },
  },
  {
    name: '[10-10] ends all others, however many, and answers each once',
    async run(harness) {
      const subject = fresh('user');
      const opened = await loginMany(harness, subject);
      const [mine, ...others] = opened;
      assert.ok(mine !== undefined);
      const ended = await harness.sessions.revokeOthers(mine.id);
      assert.equal(ended.length, others.length);
      assert.deepEqual(new Set(ended.map(({ sessionId }) => sessionId)), new Set(others.map(({ id }) => id)));
      for (const other of others) assert.equal(await harness.blacklist.isRevoked(other.accessToken), true);
      assert.equal(await verdictOf(harness, mine, 0), 'rotated');
    },
  },
  {
    name: '[10-10] ends all of a subject, however many, and a later login lives',
    async run(harness) {
      const subject = fresh('user');
      const opened = await loginMany(harness, subject);
      assert.equal((await harness.blacklist.revokeSubject(subject)).length, MANY);
      for (const session of opened) assert.equal(await verdictOf(harness, session, 0), 'revoked');
      const later = await login(harness, { subject });
      assert.equal(await harness.blacklist.isRevoked(later.accessToken), false);
    },
  },
  {
    name: '[10-10] makes room for a login however many there are above the cap',
    async run(harness) {
      const subject = fresh('user');
      const opened = await loginMany(harness, subject);
      const { opened: refused } = await tryLogin(
        harness,
        { subject },
        { maxSessions: 3, whenFull: 'reject' },
      );
      assert.equal(refused.verdict, 'full');
      harness.advance(1);
      const last = await login(harness, { subject }, { maxSessions: 3 });
      assert.equal(last.opened.evicted.length, MANY - 2);
      const left = await harness.sessions.list(subject, { limit: 100 });
      assert.deepEqual(left.length, 3);
      assert.ok(left.some(({ id }) => id === last.id));
      assert.ok(left.slice(0, 2).every(({ id }) => opened.slice(-50).some((session) => session.id === id)));
    },
  },
  {
    name: '[10-7] ends, lists and evicts sessions whose texts are no Unicode',
    async run(harness) {
      const subject = fresh('user');
      const first = await login(harness, { subject, device: odd });
      assert.equal(await harness.blacklist.revokeSession(first.id), subject);
      assert.equal(await verdictOf(harness, first, 0), 'revoked');
      const second = await login(harness, { subject, device: odd });
      harness.advance(1);
      const third = await login(harness, { subject, device: odd });
      assert.deepEqual(await harness.sessions.revokeOthers(third.id), [{ sessionId: second.id, subject }]);
      assert.equal((await harness.sessions.list(subject, { limit: 10 })).length, 1);
      const fourth = await login(harness, { subject, device: odd }, { maxSessions: 1 });
      assert.deepEqual(fourth.opened.evicted, [third.id]);
      assert.deepEqual(await harness.blacklist.revokeSubject(subject), [fourth.id]);
      const outcome = await harness.sessions.rotate(fourth, 0, terms);
      assert.equal(outcome.verdict, 'revoked');
    },
  },
];
