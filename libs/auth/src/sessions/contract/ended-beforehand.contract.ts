import assert from 'node:assert/strict';
import { createSessionId } from '../../subjects/subject-keys.js';
import type { ContractCase } from '../../testing/contract.js';
import type { OpenVerdict, SessionTerms, StoredFacts } from '../session.store.js';
import { accessTokenOf, fresh, login, type SessionHarness, terms } from './session.contract-harness.js';

const MINUTE_MS = 60_000;

/** A session that has a name and isn't opened yet. */
interface NamedSession {
  readonly id: string;
  readonly facts: StoredFacts;
}

async function named(harness: SessionHarness, known: Partial<StoredFacts> = {}): Promise<NamedSession> {
  const facts: StoredFacts = { ...(await login(harness)).facts, subject: fresh('user'), ...known };
  return { id: createSessionId(facts.subject), facts };
}

function open(
  { sessions }: SessionHarness,
  { id, facts }: NamedSession,
  changed: Partial<SessionTerms> = {},
): Promise<OpenVerdict> {
  return sessions.open(id, facts, { ...terms, ...changed });
}

/** Promises about sessions that are named before they are opened, and may be ended before that: [6749-5]. */
export const endedBeforehandContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: '[6749-5] never opens a session that was ended before, and lets its subject open others',
    async run(harness) {
      const session = await named(harness);
      assert.equal(await harness.blacklist.revokeSession(session.id), undefined);
      for (let attempt = 0; attempt < 2; attempt++)
        assert.deepEqual(await open(harness, session), { verdict: 'ended' });
      assert.equal(await harness.sessions.find(session.id), undefined);
      assert.equal(await harness.sessions.recall(session.id), 'revoked');
      const other = await login(harness, { subject: session.facts.subject });
      const listed = await harness.sessions.list(session.facts.subject, { limit: 10 });
      assert.deepEqual(
        listed.map(({ id }) => id),
        [other.id],
      );
    },
  },
  {
    name: '[6749-5] remembers for longer than any login takes that a session was ended before it was opened',
    async run(harness) {
      const session = await named(harness);
      await harness.blacklist.revokeSession(session.id);
      harness.advance(14 * MINUTE_MS);
      assert.deepEqual(await open(harness, session), { verdict: 'ended' });
    },
  },
  {
    name: '[6749-5] ends no other session to make room for one that was ended before',
    async run(harness) {
      const { id, facts } = await login(harness);
      const session = await named(harness, { subject: facts.subject });
      await harness.blacklist.revokeSession(session.id);
      for (const whenFull of ['evict-oldest', 'reject'] as const)
        assert.deepEqual(await open(harness, session, { maxSessions: 1, whenFull }), { verdict: 'ended' });
      assert.notEqual(await harness.sessions.find(id), undefined);
    },
  },
  {
    name: '[6749-5] of 30 sessions that are opened and ended at the same instant none is left',
    async run(harness) {
      const subject = fresh('user');
      const sessions = await Promise.all(Array.from({ length: 30 }, () => named(harness, { subject })));
      const verdicts = await Promise.all(
        sessions.map(async (session, at) => {
          const ending = at % 2 === 0 ? harness.blacklist.revokeSession(session.id) : undefined;
          const opened = open(harness, session);
          await (ending ?? harness.blacklist.revokeSession(session.id));
          return opened;
        }),
      );
      assert.deepEqual(await harness.sessions.list(subject, { limit: 100 }), []);
      for (const [at, verdict] of verdicts.entries()) {
        const session = sessions[at];
        if (verdict.verdict !== 'opened' || session === undefined) continue;
        const token = accessTokenOf(session, verdict.epoch);
        assert.equal(await harness.blacklist.isRevoked(token), true);
      }
    },
  },
];
