import assert from 'node:assert/strict';
import { createSessionId } from '../../subjects/subject-keys.js';
import type { ContractCase } from '../../testing/contract.js';
import type { AdoptionTerms, AdoptionVerdict, StoredFacts } from '../session.store.js';
import {
  accessTokenOf,
  fresh,
  login,
  type SessionHarness,
  tally,
  terms,
  verdictOf,
} from './session.contract-harness.js';

const DAY_MS = 86_400_000;

/** A legacy token, as the store knows it: the session that it is for, and when it was issued. */
interface OldToken {
  readonly id: string;
  readonly facts: StoredFacts;
  readonly issuedAt: number;
}

// Nothing says what time it is but the store itself, so a session tells it.
async function oldToken(harness: SessionHarness, known: Partial<StoredFacts> = {}): Promise<OldToken> {
  const other = await login(harness);
  const facts: StoredFacts = { ...other.facts, subject: fresh('user'), clientId: fresh('client'), ...known };
  return { id: createSessionId(facts.subject), facts, issuedAt: other.opened.state.createdAt };
}

function adopt(
  { sessions }: SessionHarness,
  { id, facts, issuedAt }: OldToken,
  changed: Partial<AdoptionTerms> = {},
): Promise<AdoptionVerdict> {
  return sessions.adopt(id, facts, { ...terms, issuedAt, rememberedMs: 30 * DAY_MS, ...changed });
}

async function wordOf(...adoption: Parameters<typeof adopt>): Promise<string> {
  return (await adopt(...adoption)).verdict;
}

async function adopted(harness: SessionHarness): Promise<OldToken & Parameters<typeof verdictOf>[1]> {
  const token = await oldToken(harness);
  const opened = await adopt(harness, token);
  if (opened.verdict !== 'opened') throw new Error('the adoption was refused');
  return { ...token, opened, accessToken: accessTokenOf(token, opened.epoch) };
}

const REVOCATIONS: Readonly<Record<string, (harness: SessionHarness, token: OldToken) => Promise<unknown>>> =
  {
    subject: ({ blacklist }, { facts }) => blacklist.revokeSubject(facts.subject),
    client: ({ blacklist }, { facts }) => blacklist.revokeClient(facts.clientId),
    everything: ({ blacklist }) => blacklist.revokeEverything(),
    async others(harness, { facts }) {
      const { id } = await login(harness, { subject: facts.subject });
      await harness.sessions.revokeOthers(id);
    },
  };

/** Promises about legacy refresh tokens, each adopted once: [11-E]. */
export const adoptionContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: '[11-E] opens the session of an old token, which is its current one from then on',
    async run(harness) {
      const session = await adopted(harness);
      const found = await harness.sessions.find(session.id);
      assert.equal(found?.facts.subject, session.facts.subject);
      assert.deepEqual(found.state, session.opened.state);
      assert.equal(await harness.blacklist.isRevoked(session.accessToken), false);
      assert.equal(await verdictOf(harness, session, -1), 'rotated');
      assert.equal(await verdictOf(harness, session, -1), 'replayed');
      assert.equal(await verdictOf(harness, session, 0), 'rotated');
    },
  },
  {
    name: '[11-E] ends the session when the old token comes back after its successor was used',
    async run(harness) {
      const session = await adopted(harness);
      for (const generation of [-1, 0])
        assert.equal(await verdictOf(harness, session, generation), 'rotated');
      assert.equal(await verdictOf(harness, session, -1), 'reused');
      assert.equal(await verdictOf(harness, session, 1), 'revoked');
      assert.equal(await harness.blacklist.isRevoked(session.accessToken), true);
    },
  },
  {
    name: '[11-E] of 50 simultaneous adoptions exactly one opens the session',
    async run(harness) {
      const token = await oldToken(harness);
      const words = await Promise.all(Array.from({ length: 50 }, () => wordOf(harness, token)));
      assert.deepEqual(tally(words), { opened: 1, known: 49 });
      assert.equal((await harness.sessions.list(token.facts.subject, { limit: 10 })).length, 1);
    },
  },
  {
    name: '[11-E] knows that a token was adopted long after its session has ended',
    async run(harness) {
      const expired = await adopted(harness);
      const loggedOut = await adopted(harness);
      await harness.blacklist.revokeSession(loggedOut.id);
      harness.advance(terms.absoluteTtlMs * 5);
      for (const token of [expired, loggedOut]) {
        assert.equal(await harness.sessions.find(token.id), undefined);
        assert.equal(await wordOf(harness, token), 'known');
      }
    },
  },
  {
    name: '[11-E] never opens a session that is there, whatever became of its mark',
    async run(harness) {
      const session = await login(harness);
      assert.equal(await wordOf(harness, { ...session, issuedAt: session.opened.state.createdAt }), 'known');
      assert.equal(await verdictOf(harness, session, 0), 'rotated');
    },
  },
  {
    name: '[11-E] lets nobody adopt a token that was withdrawn, and leaves its session alone',
    async run(harness) {
      const token = await oldToken(harness);
      await harness.sessions.withdraw(token.id, DAY_MS);
      assert.equal(await wordOf(harness, token), 'known');
      const session = await adopted(harness);
      await harness.sessions.withdraw(session.id, DAY_MS);
      assert.equal(await verdictOf(harness, session, -1), 'rotated');
    },
  },
  {
    name: '[11-E] refuses a token of before a revocation of any kind, not one that was issued since then',
    async run(harness) {
      for (const [kind, revoke] of Object.entries(REVOCATIONS)) {
        const token = await oldToken(harness);
        harness.advance(1_000);
        await revoke(harness, token);
        harness.advance(1_000);
        assert.equal(await wordOf(harness, token), 'revoked', kind);
        assert.equal(await wordOf(harness, token, { issuedAt: 0 }), 'revoked', kind);
        const later = { issuedAt: token.issuedAt + 1_500 };
        assert.equal(await wordOf(harness, token, later), 'opened', kind);
      }
    },
  },
  {
    name: '[11-E] keeps refresh tokens when access tokens are expired, whatever was revoked before',
    async run(harness) {
      const token = await oldToken(harness);
      const { subject, clientId } = token.facts;
      const access = { tokenId: fresh('token'), sessionId: undefined, subject, clientId, epoch: undefined };
      harness.advance(1_000);
      await harness.blacklist.expireAccessTokens(subject);
      const { issuedAt } = token;
      assert.equal(await harness.blacklist.isRevoked({ ...access, issuedAt }), true);
      assert.equal(await wordOf(harness, token), 'opened');
      await harness.blacklist.revokeSubject(subject);
      harness.advance(1_000);
      await harness.blacklist.expireAccessTokens(subject);
      const id = createSessionId(subject);
      assert.equal(await wordOf(harness, { ...token, id }), 'revoked');
      assert.equal(await wordOf(harness, { ...token, id, issuedAt: issuedAt + 1_500 }), 'opened');
    },
  },
  {
    name: '[11-E] burns nothing when there is no room for the session',
    async run(harness) {
      const { facts } = await login(harness);
      const token = await oldToken(harness, { subject: facts.subject });
      const full = { maxSessions: 1, whenFull: 'reject' } as const;
      assert.equal(await wordOf(harness, token, full), 'full');
      assert.equal(await wordOf(harness, token, { maxSessions: 1 }), 'opened');
      assert.equal((await harness.sessions.list(facts.subject, { limit: 10 })).length, 1);
    },
  },
  {
    name: '[11-E] ends no session to make room for a token that was adopted already',
    async run(harness) {
      const token = await adopted(harness);
      await harness.blacklist.revokeSession(token.id);
      const { id } = await login(harness, { subject: token.facts.subject });
      assert.equal(await wordOf(harness, token, { maxSessions: 1 }), 'known');
      assert.notEqual(await harness.sessions.find(id), undefined);
    },
  },
  {
    name: '[11-E] of 30 adoptions and one revocation at the same instant nothing is left',
    async run(harness) {
      const subject = fresh('user');
      const tokens = await Promise.all(Array.from({ length: 30 }, () => oldToken(harness, { subject })));
      const early = tokens.slice(0, 15).map((token) => adopt(harness, token));
      const revocation = harness.blacklist.revokeSubject(subject);
      const late = tokens.slice(15).map((token) => adopt(harness, token));
      await Promise.all([...early, revocation, ...late]);
      assert.deepEqual(await harness.sessions.list(subject, { limit: 100 }), []);
    },
  },
  {
    name: '[11-E] refuses an old access token that was issued before a revocation of any kind',
    async run(harness) {
      for (const [kind, revoke] of Object.entries(REVOCATIONS)) {
        harness.advance(1_000);
        const token = await oldToken(harness);
        const { subject, clientId } = token.facts;
        const old = { tokenId: fresh('token'), sessionId: undefined, subject, clientId, epoch: undefined };
        const isRevoked = async (issuedAt: number): Promise<boolean> =>
          harness.blacklist.isRevoked({ ...old, issuedAt });
        assert.equal(await isRevoked(token.issuedAt), false, kind);
        harness.advance(1_000);
        await revoke(harness, token);
        assert.equal(await isRevoked(token.issuedAt), true, kind);
        assert.equal(await isRevoked(token.issuedAt + 1_500), false, kind);
        await harness.blacklist.revokeToken(subject, old.tokenId, 60_000);
        assert.equal(await isRevoked(token.issuedAt + 1_500), true, kind);
      }
    },
  },
];
