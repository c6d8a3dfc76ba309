import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import type { LoginBeginning, RotationVerdict, StoredFacts } from '../session.store.js';
import {
  accessTokenOf,
  fresh,
  login,
  type OpenedSession,
  type SessionHarness,
  tally,
  terms,
  verdictOf,
} from './session.contract-harness.js';

// Longer than any call to a store may be on its way.
const LONG_MS = 60_000;
const LONG_LIVED = { idleTtlMs: 10 * LONG_MS, absoluteTtlMs: 20 * LONG_MS };

/** What supersedes a refresh that asked about its user, and ends no session of that user. */
const REVOCATIONS: Readonly<
  Record<string, (harness: SessionHarness, mine: OpenedSession) => Promise<unknown>>
> = {
  'access tokens': ({ blacklist }, { facts }) => blacklist.expireAccessTokens(facts.subject),
  others: ({ sessions }, { id }) => sessions.revokeOthers(id),
};

/** Rotates after the host was asked about the user; what it said may be the same as before. */
function rotate(
  { sessions }: SessionHarness,
  session: OpenedSession,
  generation: number,
  reloaded: { begun: LoginBeginning; facts?: StoredFacts },
): Promise<RotationVerdict> {
  return sessions.rotate(session, generation, { ...terms, reloaded });
}

/** The verdict of such a rotation, and what was revoked by then if that is in the way. */
async function attempt(
  harness: SessionHarness,
  session: OpenedSession,
  generation: number,
  begun: LoginBeginning,
  facts?: StoredFacts,
): Promise<{ verdict: string; revocations?: string }> {
  return rotate(harness, session, generation, facts === undefined ? { begun } : { begun, facts });
}

const JUST_NOW: LoginBeginning = { ageMs: () => 0 };

/** Promises of both stores about users that change while their sessions live: [11-D]. */
export const reloadedUserContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: '[11-D] keeps what the host said about the user with the session, whether rotated or replayed, however long it is',
    async run(harness) {
      const session = await login(harness);
      const { id, facts } = session;
      const said: readonly Partial<StoredFacts>[] = [
        { roles: ['editor', 'ä "quoted"'], claims: { plan: 'gold', note: 'x'.repeat(2_000) } },
        { roles: [], scope: ['read'], granted: { scope: ['read', 'write'] } },
      ];
      for (const [at, words] of said.entries()) {
        const changed = { ...facts, ...words };
        const outcome = await rotate(harness, session, 0, { begun: JUST_NOW, facts: changed });
        assert.equal(outcome.verdict, at === 0 ? 'rotated' : 'replayed');
        assert.deepEqual(await harness.sessions.recall(id), changed);
        const found = await harness.sessions.find(id);
        assert.deepEqual(found?.facts, changed);
        assert.equal(found?.state.generation, 1);
        assert.deepEqual(await harness.sessions.list(facts.subject, { limit: 5 }), [found]);
      }
      const kept = await harness.sessions.recall(id);
      await rotate(harness, session, 1, { begun: JUST_NOW });
      assert.equal(await verdictOf(harness, session, 2), 'rotated');
      assert.deepEqual(await harness.sessions.recall(id), kept);
    },
  },
  {
    name: '[11-D] keeps the lifetimes of a session whose record is written anew',
    async run(harness) {
      const session = await login(harness);
      harness.advance(30_000);
      const facts = { ...session.facts, roles: ['editor'] };
      const rotated = await rotate(harness, session, 0, { begun: JUST_NOW, facts });
      assert.equal(rotated.verdict, 'rotated');
      const { createdAt, absoluteExpiresAt } = session.opened.state;
      const state = {
        generation: 1,
        createdAt,
        absoluteExpiresAt,
        lastUsedAt: createdAt + 30_000,
        idleExpiresAt: createdAt + 90_000,
      };
      assert.deepEqual(rotated.state, state);
      assert.deepEqual((await harness.sessions.find(session.id))?.state, state);
      harness.advance(60_000);
      assert.equal(await verdictOf(harness, session, 1), 'expired');
    },
  },
  {
    name: '[11-D] does nothing with what was said before a revocation, then takes what is said anew',
    async run(harness) {
      for (const [kind, revoke] of Object.entries(REVOCATIONS)) {
        const session = await login(harness, {}, LONG_LIVED);
        const facts = { ...session.facts, roles: ['outdated'] };
        harness.advance(LONG_MS);
        await revoke(harness, session);
        harness.advance(1_000);
        const first = await attempt(harness, session, 0, { ageMs: () => 2_000 }, facts);
        assert.equal(first.verdict, 'superseded', kind);
        assert.deepEqual(await harness.sessions.find(session.id), {
          id: session.id,
          facts: session.facts,
          state: session.opened.state,
        });
        const { revocations = '' } = first;
        assert.equal((await attempt(harness, session, 0, { revocations }, facts)).verdict, 'rotated', kind);
        await revoke(harness, session);
        const replay = await attempt(harness, session, 0, { revocations });
        assert.equal(replay.verdict, 'superseded', kind);
        const known = { revocations: replay.revocations ?? '' };
        assert.equal((await attempt(harness, session, 0, known)).verdict, 'replayed', kind);
      }
    },
  },
  {
    name: '[11-D] takes what was asked for after a revocation, and of users and in refreshes that it does not concern',
    async run(harness) {
      const mine = await login(harness, {}, LONG_LIVED);
      const other = await login(harness, {}, LONG_LIVED);
      await harness.blacklist.expireAccessTokens(mine.facts.subject);
      assert.equal((await attempt(harness, mine, 0, JUST_NOW)).verdict, 'superseded');
      assert.equal((await attempt(harness, other, 0, JUST_NOW)).verdict, 'rotated');
      harness.advance(LONG_MS);
      assert.equal((await attempt(harness, mine, 0, { ageMs: () => 1 })).verdict, 'rotated');
      await harness.blacklist.expireAccessTokens(mine.facts.subject);
      // Nobody was asked.
      assert.equal(await verdictOf(harness, mine, 1), 'rotated');
    },
  },
  {
    name: '[11-D] says that a session has ended, and ends one whose token was used before, whatever was revoked meanwhile',
    async run(harness) {
      const early: LoginBeginning = { ageMs: () => 1_000 };
      const session = await login(harness);
      await verdictOf(harness, session, 0);
      await verdictOf(harness, session, 1);
      await harness.blacklist.expireAccessTokens(session.facts.subject);
      assert.equal((await attempt(harness, session, 0, early)).verdict, 'reused');
      assert.equal((await attempt(harness, session, 2, early)).verdict, 'revoked');
      const idle = await login(harness);
      harness.advance(terms.idleTtlMs);
      await harness.blacklist.expireAccessTokens(idle.facts.subject);
      assert.equal((await attempt(harness, idle, 0, early)).verdict, 'expired');
    },
  },
  {
    name: '[11-D] refuses the access tokens of a subject, and ends no session',
    async run(harness) {
      const subject = fresh('user');
      const sessions = [await login(harness, { subject }), await login(harness, { subject })];
      const bystander = await login(harness);
      await harness.blacklist.expireAccessTokens(subject);
      for (const session of sessions) {
        assert.equal(await harness.blacklist.isRevoked(session.accessToken), true);
        const rotated = await harness.sessions.rotate(session, 0, terms);
        assert.equal(rotated.verdict, 'rotated');
        const next = accessTokenOf(session, rotated.epoch);
        assert.equal(await harness.blacklist.isRevoked(next), false);
        await harness.blacklist.expireAccessTokens(subject);
        assert.equal(await harness.blacklist.isRevoked(next), true);
      }
      assert.equal((await harness.sessions.list(subject, { limit: 10 })).length, 2);
      assert.equal(await harness.blacklist.isRevoked(bystander.accessToken), false);
      const { accessToken } = await login(harness, { subject });
      assert.equal(await harness.blacklist.isRevoked(accessToken), false);
    },
  },
  {
    name: '[11-D] of 30 refreshes under way none hands out a token with what was true before its user changed',
    async run(harness) {
      const subject = fresh('user');
      const sessions = await Promise.all(Array.from({ length: 30 }, () => login(harness, { subject })));
      const early = { ageMs: () => 500 };
      const turn = (session: OpenedSession): Promise<RotationVerdict> =>
        rotate(harness, session, 0, { begun: early, facts: { ...session.facts, roles: ['outdated'] } });
      const before = sessions.slice(0, 15).map(turn);
      const expiry = harness.blacklist.expireAccessTokens(subject);
      const after = sessions.slice(15).map(turn);
      const verdicts = await Promise.all([...before, ...after]);
      await expiry;
      for (const [at, verdict] of verdicts.entries())
        if ('epoch' in verdict)
          assert.equal(await harness.blacklist.isRevoked(accessTokenOf(sessions[at]!, verdict.epoch)), true);
      const words = tally(verdicts.map(({ verdict }) => verdict));
      assert.equal((words['superseded'] ?? 0) + (words['rotated'] ?? 0), 30);
    },
  },
];
