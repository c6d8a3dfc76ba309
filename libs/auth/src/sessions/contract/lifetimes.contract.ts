import assert from 'node:assert/strict';
import { createSessionId } from '../../subjects/subject-keys.js';
import type { ContractCase } from '../../testing/contract.js';
import {
  DAY_MS,
  HOUR_MS,
  issueToMachine,
  type LifetimesHarness,
  LONG,
  LONG_TERMS,
  MINUTE_MS,
  REVOCATIONS,
  SHORT,
  SHORT_TERMS,
} from './lifetimes.contract-harness.js';
import { accessTokenOf, fresh, login, tryLogin, verdictOf } from './session.contract-harness.js';

/** Promises of both stores to what was issued under other settings than those it is revoked under. */
export const lifetimesContract: readonly ContractCase<LifetimesHarness>[] = [
  {
    name: 'refuses an access token until its own end, however short tokens are where it was revoked',
    async run({ under, pass }) {
      for (const [kind, revoke] of Object.entries(REVOCATIONS)) {
        const [before, now] = [under(LONG), under(SHORT)];
        const facts = { subject: fresh('user'), clientId: fresh('client') };
        const mine = await login(before, facts, LONG_TERMS);
        const other = await login(before, facts, LONG_TERMS);
        await revoke(now, mine, other);
        assert.equal(await now.blacklist.isRevoked(mine.accessToken), true, kind);
        await pass(DAY_MS - MINUTE_MS);
        assert.equal(await now.blacklist.isRevoked(mine.accessToken), true, `${kind}, later`);
        assert.equal(await before.blacklist.isRevoked(mine.accessToken), true, `${kind}, elsewhere`);
      }
    },
  },
  {
    name: 'refuses a session until its own end, however short sessions are where its client was revoked',
    async run({ under, pass }) {
      for (const kind of ['client', 'everything'] as const) {
        const [before, now] = [under(LONG), under(SHORT)];
        const mine = await login(before, { clientId: fresh('client') }, LONG_TERMS);
        await REVOCATIONS[kind]?.(now, mine, mine);
        await pass(59 * DAY_MS);
        assert.equal(await now.sessions.find(mine.id), undefined, kind);
        assert.notEqual(await verdictOf(now, mine, 0), 'rotated', kind);
      }
    },
  },
  {
    name: 'refuses a token of a machine until its own end',
    async run({ under, pass }) {
      const [before, now] = [under(LONG), under(SHORT)];
      const clientId = fresh('client');
      const bySubject = await issueToMachine(before, clientId);
      await now.blacklist.revokeSubject(bySubject.subject);
      const byClient = await issueToMachine(before, clientId);
      await now.blacklist.revokeClient(clientId);
      await pass(DAY_MS - MINUTE_MS);
      assert.equal(await now.blacklist.isRevoked(bySubject), true);
      assert.equal(await now.blacklist.isRevoked(byClient), true);
    },
  },
  {
    name: 'refuses what a refresh under long settings handed out to a session of short ones',
    async run({ under, pass }) {
      for (const kind of ['session', 'subject', 'access tokens', 'others', 'client'] as const) {
        const [long, short] = [under(LONG), under(SHORT)];
        const facts = { subject: fresh('user'), clientId: fresh('client') };
        const mine = await login(short, facts, { ...LONG_TERMS, idleTtlMs: HOUR_MS });
        const other = await login(short, facts, LONG_TERMS);
        const rotated = await long.sessions.rotate(mine, 0, { idleTtlMs: HOUR_MS, reuseWindowMs: 0 });
        assert.equal(rotated.verdict, 'rotated');
        const minted = accessTokenOf(mine, rotated.epoch);
        // The session is over, and others of the same subject come and go.
        await pass(12 * HOUR_MS);
        await login(short, facts, LONG_TERMS);
        await short.sessions.list(facts.subject, { limit: 10 });
        assert.equal(await short.blacklist.isRevoked(minted), false, kind);
        await REVOCATIONS[kind]?.(short, mine, other);
        assert.equal(await short.blacklist.isRevoked(minted), true, kind);
        await pass(12 * HOUR_MS - MINUTE_MS);
        assert.equal(await short.blacklist.isRevoked(minted), true, `${kind}, later`);
      }
    },
  },
  {
    name: 'refuses what a session handed out before a refresh under shorter settings',
    async run({ under, pass }) {
      const [long, short] = [under(LONG), under(SHORT)];
      const facts = { subject: fresh('user'), clientId: fresh('client') };
      const mine = await login(long, facts, LONG_TERMS);
      const other = await login(long, facts, LONG_TERMS);
      assert.equal(await verdictOf(short, mine, 0, { idleTtlMs: MINUTE_MS }), 'rotated');
      await pass(12 * HOUR_MS);
      await login(short, facts, SHORT_TERMS);
      await short.sessions.list(facts.subject, { limit: 10 });
      await short.sessions.revokeOthers(other.id);
      assert.equal(await short.blacklist.isRevoked(mine.accessToken), true);
      await pass(12 * HOUR_MS - MINUTE_MS);
      assert.equal(await short.blacklist.isRevoked(mine.accessToken), true);
    },
  },
  {
    name: 'never shortens a revocation by making it once more',
    async run({ under, pass }) {
      const [long, short] = [under(LONG), under(SHORT)];
      for (const kind of ['token', 'session'] as const) {
        const lost = await login(short, {}, LONG_TERMS);
        await REVOCATIONS[kind]?.(long, lost, lost);
        if (kind === 'token')
          await short.blacklist.revokeToken(lost.facts.subject, lost.accessToken.tokenId, MINUTE_MS);
        else await short.blacklist.revokeSession(lost.id);
        await pass(DAY_MS - MINUTE_MS);
        assert.equal(await short.blacklist.isRevoked(lost.accessToken), true, kind);
      }
    },
  },
  {
    name: 'under longer settings refuses what was issued under short ones, and nothing that is issued afterwards',
    async run({ under, pass }) {
      for (const [kind, revoke] of Object.entries(REVOCATIONS)) {
        const [before, now] = [under(SHORT), under(LONG)];
        const facts = { subject: fresh('user'), clientId: fresh('client') };
        const mine = await login(before, facts, SHORT_TERMS);
        const other = await login(before, facts, SHORT_TERMS);
        await revoke(now, mine, other);
        assert.equal(await before.blacklist.isRevoked(mine.accessToken), true, kind);
        const later = await login(now, facts, LONG_TERMS);
        await pass(DAY_MS - MINUTE_MS);
        assert.equal(await now.blacklist.isRevoked(later.accessToken), false, kind);
        assert.equal(await verdictOf(now, later, 0, LONG_TERMS), 'rotated', kind);
      }
    },
  },
  {
    name: 'keeps sessions alive under longer settings than those their client was revoked under',
    async run({ under, pass }) {
      const [long, short] = [under(LONG), under(SHORT)];
      const clientId = fresh('client');
      await short.blacklist.revokeClient(clientId);
      const mine = await login(long, { clientId }, LONG_TERMS);
      await pass(59 * DAY_MS);
      assert.equal(await verdictOf(short, mine, 0, LONG_TERMS), 'rotated');
    },
  },
  {
    name: '[10-6] supersedes a login that began before a revocation, however short tokens are where it was revoked',
    async run({ under, pass }) {
      for (const kind of ['subject', 'access tokens', 'others', 'client', 'everything'] as const) {
        const [long, short] = [under(LONG), under(SHORT)];
        const facts = { subject: fresh('user'), clientId: fresh('client') };
        const mine = await login(long, facts, LONG_TERMS);
        await REVOCATIONS[kind]?.(short, mine, mine);
        await pass(5 * MINUTE_MS);
        const begun = { ageMs: () => 5 * MINUTE_MS + 1_000 };
        assert.equal((await tryLogin(long, facts, { begun })).opened.verdict, 'superseded', kind);
      }
    },
  },
  {
    name: '[6749-5] remembers that a session was ended before it was opened, however short tokens are where it was ended',
    async run({ under, pass }) {
      const short = under({ ...SHORT, accessTokenLifetimeMs: 1_000 });
      const { facts } = await login(short);
      const [id, other] = [createSessionId(facts.subject), createSessionId(facts.subject)];
      await short.blacklist.revokeSession(id);
      await pass(14 * MINUTE_MS);
      const terms = { ...SHORT_TERMS, maxSessions: 0, whenFull: 'reject' } as const;
      assert.equal((await short.sessions.open(id, facts, terms)).verdict, 'ended');
      assert.equal((await short.sessions.open(other, facts, terms)).verdict, 'opened');
    },
  },
  {
    name: '[11-E] refuses legacy tokens as long as there may be any, whoever revokes again meanwhile',
    async run({ under, started, pass }) {
      for (const kind of ['subject', 'others', 'client', 'everything'] as const) {
        const { facts, opened } = await login(under(SHORT), { clientId: fresh('client') });
        const issuedAt = opened.state.createdAt;
        const now = await started({ ...SHORT, marksKeptUntil: issuedAt + 30 * DAY_MS });
        const { subject, clientId } = facts;
        const old = {
          tokenId: fresh('token'),
          sessionId: undefined,
          subject,
          clientId,
          epoch: undefined,
          issuedAt,
        };
        const other = await login(now, { subject, clientId });
        assert.equal(await now.blacklist.isRevoked(old), false, kind);
        await pass(1_000);
        for (const by of [now, under(SHORT)]) await REVOCATIONS[kind]?.(by, other, other);
        await pass(29 * DAY_MS);
        const terms = { ...SHORT_TERMS, maxSessions: 0, whenFull: 'reject', rememberedMs: DAY_MS } as const;
        const verdict = await now.sessions.adopt(createSessionId(subject), facts, { ...terms, issuedAt });
        assert.equal(verdict.verdict, 'revoked', kind);
        assert.equal(await now.blacklist.isRevoked(old), true, kind);
      }
    },
  },
  {
    name: '[11-E] remembers for as long as it is told that a token was adopted or withdrawn',
    async run({ under, pass }) {
      const { sessions } = under(SHORT);
      const { facts } = await login(under(SHORT));
      const terms = {
        ...SHORT_TERMS,
        maxSessions: 0,
        whenFull: 'reject',
        rememberedMs: 30 * DAY_MS,
      } as const;
      const adopt = async (id: string): Promise<string> =>
        (await sessions.adopt(id, facts, { ...terms, issuedAt: Number.MAX_SAFE_INTEGER })).verdict;
      const [adopted, withdrawn] = [createSessionId(facts.subject), createSessionId(facts.subject)];
      assert.equal(await adopt(adopted), 'opened');
      await sessions.withdraw(withdrawn, terms.rememberedMs);
      await pass(29 * DAY_MS);
      for (const id of [adopted, withdrawn]) assert.equal(await adopt(id), 'known');
      await pass(2 * DAY_MS);
      for (const id of [adopted, withdrawn]) assert.equal(await adopt(id), 'opened');
    },
  },
];
