import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import {
  fresh,
  login,
  type OpenedSession,
  type SessionHarness,
  tryLogin,
} from './session.contract-harness.js';

type Revoke = (harness: SessionHarness, mine: OpenedSession) => Promise<unknown>;

const REVOCATIONS: Readonly<Record<string, Revoke>> = {
  subject: ({ blacklist }, { facts }) => blacklist.revokeSubject(facts.subject),
  'access tokens': ({ blacklist }, { facts }) => blacklist.expireAccessTokens(facts.subject),
  others: ({ sessions }, { id }) => sessions.revokeOthers(id),
  client: ({ blacklist }, { facts }) => blacklist.revokeClient(facts.clientId),
  everything: ({ blacklist }) => blacklist.revokeEverything(),
};

// Longer than any call to a store may be on its way.
const LONG_MS = 60_000;

async function verdictOf(
  harness: SessionHarness,
  facts: { subject: string; clientId: string },
  begun: { ageMs?: () => number; revocations?: string },
): Promise<{ verdict: string; revocations?: string }> {
  return (await tryLogin(harness, facts, { begun })).opened;
}

/** Promises to logins that are under way while something is revoked: [10-6]. */
export const supersededLoginContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: '[10-6] refuses a login that began before a revocation of any kind, then lets it in when asked anew',
    async run(harness) {
      for (const [kind, revoke] of Object.entries(REVOCATIONS)) {
        const mine = await login(harness, { clientId: fresh('client') });
        const { subject, clientId } = mine.facts;
        harness.advance(LONG_MS - 1);
        await revoke(harness, mine);
        harness.advance(1_000);
        const first = await verdictOf(harness, { subject, clientId }, { ageMs: () => 2_000 });
        assert.equal(first.verdict, 'superseded', kind);
        const { revocations = '' } = first;
        assert.equal(
          (await verdictOf(harness, { subject, clientId }, { revocations })).verdict,
          'opened',
          kind,
        );
        await revoke(harness, mine);
        assert.equal(
          (await verdictOf(harness, { subject, clientId }, { revocations })).verdict,
          'superseded',
          kind,
        );
      }
    },
  },
  {
    name: 'refuses a login that was begun before a revocation of any kind, not one begun right after it',
    async run(harness) {
      for (const [kind, revoke] of Object.entries(REVOCATIONS)) {
        const mine = await login(harness, { clientId: fresh('client') });
        const { subject, clientId } = mine.facts;
        const early = await harness.sessions.beginLogin(subject, clientId);
        assert.equal((await verdictOf(harness, mine.facts, early)).verdict, 'opened', kind);
        await revoke(harness, mine);
        const late = await harness.sessions.beginLogin(subject, clientId);
        assert.equal((await verdictOf(harness, mine.facts, early)).verdict, 'superseded', kind);
        assert.equal((await verdictOf(harness, mine.facts, late)).verdict, 'opened', kind);
      }
    },
  },
  {
    name: '[10-6] lets in a login that began after the revocation',
    async run(harness) {
      for (const [kind, revoke] of Object.entries(REVOCATIONS)) {
        const mine = await login(harness, { clientId: fresh('client') });
        const { subject, clientId } = mine.facts;
        await revoke(harness, mine);
        harness.advance(LONG_MS);
        assert.equal(
          (await verdictOf(harness, { subject, clientId }, { ageMs: () => 1 })).verdict,
          'opened',
          kind,
        );
      }
    },
  },
  {
    name: '[10-6] refuses a login that began at the instant of the revocation: nobody knows which came first',
    async run(harness) {
      const { facts } = await login(harness);
      const { subject, clientId } = facts;
      await harness.blacklist.revokeSubject(subject);
      assert.equal(
        (await verdictOf(harness, { subject, clientId }, { ageMs: () => 0 })).verdict,
        'superseded',
      );
    },
  },
  {
    name: '[10-6] lets in the logins of other subjects and clients',
    async run(harness) {
      const { facts } = await login(harness, { clientId: fresh('client') });
      await harness.blacklist.revokeSubject(facts.subject);
      await harness.blacklist.revokeClient(facts.clientId);
      const other = { subject: fresh('user'), clientId: fresh('client') };
      assert.equal((await verdictOf(harness, other, { ageMs: () => 1_000 })).verdict, 'opened');
    },
  },
  {
    name: '[10-6] ends nothing when it refuses, at the cap either',
    async run(harness) {
      const { id, facts } = await login(harness);
      await harness.sessions.revokeOthers(id);
      const begun = { ageMs: () => 1_000 };
      const { opened } = await tryLogin(harness, { subject: facts.subject }, { begun, maxSessions: 1 });
      assert.equal(opened.verdict, 'superseded');
      const listed = await harness.sessions.list(facts.subject, { limit: 10 });
      assert.deepEqual(
        listed.map((session) => session.id),
        [id],
      );
    },
  },
  {
    name: '[10-6] asks anew after a login that took longer than revocations are remembered',
    async run(harness) {
      const who = { subject: fresh('user'), clientId: 'web' };
      const first = await verdictOf(harness, who, { ageMs: () => 86_400_000 });
      assert.equal(first.verdict, 'superseded');
      const { revocations = '' } = first;
      assert.equal((await verdictOf(harness, who, { revocations })).verdict, 'opened');
    },
  },
  {
    name: '[10-6] of 30 logins under way and one revocation at the same instant nothing is left',
    async run(harness) {
      for (const verb of ['revokeSubject', 'revokeEverything'] as const) {
        const subject = fresh('user');
        const begin = (): Promise<unknown> => tryLogin(harness, { subject }, { begun: { ageMs: () => 500 } });
        const before = Array.from({ length: 15 }, begin);
        const revocation = harness.blacklist[verb](subject);
        const after = Array.from({ length: 15 }, begin);
        await Promise.all([...before, revocation, ...after]);
        assert.deepEqual(await harness.sessions.list(subject, { limit: 100 }), []);
      }
    },
  },
];
