import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import {
  accessTokenOf,
  fresh,
  login,
  type SessionHarness,
  terms,
  verdictOf,
} from './session.contract-harness.js';

/** Promises that sessions and revocations make together. */
export const sessionRevocationContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: '[obligation 54] revokeSession ends refresh and access tokens of one session',
    async run(harness) {
      const session = await login(harness);
      const other = await login(harness, { subject: session.facts.subject });
      assert.equal(await harness.blacklist.revokeSession(session.id), session.facts.subject);
      assert.equal(await verdictOf(harness, session, 0), 'revoked');
      assert.equal(await harness.sessions.recall(session.id), 'revoked');
      assert.equal(await harness.blacklist.isRevoked(session.accessToken), true);
      assert.equal(await harness.blacklist.revokeSession(session.id), undefined);
      assert.equal(await verdictOf(harness, other, 0), 'rotated');
    },
  },
  {
    name: '[obligation 54] revokeSubject ends all sessions of a subject, however many, and nobody else',
    async run(harness) {
      const subject = fresh('user');
      const mine = await Promise.all(Array.from({ length: 120 }, () => login(harness, { subject })));
      const bystander = await login(harness);
      const ended = await harness.blacklist.revokeSubject(subject);
      assert.deepEqual(new Set(ended), new Set(mine.map(({ id }) => id)));
      for (const session of mine) {
        assert.equal(await verdictOf(harness, session, 0), 'revoked');
        assert.equal(await harness.blacklist.isRevoked(session.accessToken), true);
      }
      assert.deepEqual(await harness.sessions.list(subject, { limit: 1_000 }), []);
      assert.equal(await verdictOf(harness, bystander, 0), 'rotated');
    },
  },
  {
    name: '[04-6] a login in the same millisecond as revokeSubject lives, one before it does not',
    async run(harness) {
      const subject = fresh('user');
      const before = await login(harness, { subject });
      await harness.blacklist.revokeSubject(subject);
      const after = await login(harness, { subject });
      assert.equal(await harness.blacklist.isRevoked(before.accessToken), true);
      assert.equal(await harness.blacklist.isRevoked(after.accessToken), false);
      assert.equal(await verdictOf(harness, before, 0), 'revoked');
      assert.equal(await verdictOf(harness, after, 0), 'rotated');
    },
  },
  {
    name: '[04-5] what a refresh decided before revokeSession hands out is refused afterwards',
    async run(harness) {
      for (const revoke of ['session', 'subject', 'client', 'all'] as const) {
        const clientId = fresh('client');
        const session = await login(harness, { clientId });
        const rotated = await harness.sessions.rotate(session, 0, terms);
        assert.equal(rotated.verdict, 'rotated');
        const { blacklist } = harness;
        if (revoke === 'session') await blacklist.revokeSession(session.id);
        if (revoke === 'subject') await blacklist.revokeSubject(session.facts.subject);
        if (revoke === 'client') await blacklist.revokeClient(clientId);
        if (revoke === 'all') await blacklist.revokeEverything();
        const minted = accessTokenOf(session, rotated.epoch);
        assert.equal(await blacklist.isRevoked(minted), true, revoke);
        assert.equal(await verdictOf(harness, session, 1), 'revoked', revoke);
        assert.equal(await verdictOf(harness, session, 0), 'revoked', revoke);
      }
    },
  },
  {
    name: '[04-5] a refresh and a revocation at the same instant leave nothing alive',
    async run(harness) {
      for (let round = 0; round < 20; round++) {
        const session = await login(harness);
        const rotations = Array.from({ length: 5 }, () => harness.sessions.rotate(session, 0, terms));
        const revocation =
          round % 2 === 0
            ? harness.blacklist.revokeSession(session.id)
            : harness.blacklist.revokeSubject(session.facts.subject);
        const late = Array.from({ length: 5 }, () => harness.sessions.rotate(session, 0, terms));
        const outcomes = await Promise.all([...rotations, ...late]);
        await revocation;
        for (const outcome of outcomes) {
          if (!('epoch' in outcome)) continue;
          assert.equal(await harness.blacklist.isRevoked(accessTokenOf(session, outcome.epoch)), true);
        }
        assert.equal(await harness.sessions.find(session.id), undefined);
        assert.equal(await verdictOf(harness, session, 1), 'revoked');
      }
    },
  },
  {
    name: '[04-6] logins and revokeSubject at the same instant: each login is either dead or alive as a whole',
    async run(harness) {
      const subject = fresh('user');
      const logins = [];
      const revocations = [];
      for (let round = 0; round < 10; round++) {
        logins.push(login(harness, { subject }), login(harness, { subject }));
        revocations.push(harness.blacklist.revokeSubject(subject));
      }
      const opened = await Promise.all(logins);
      await Promise.all(revocations);
      for (const session of opened) {
        const alive = (await harness.sessions.find(session.id)) !== undefined;
        assert.equal(await harness.blacklist.isRevoked(session.accessToken), !alive);
      }
    },
  },
  {
    name: 'revokeClient ends the sessions of that client only; a later login lives',
    async run(harness) {
      const clientId = fresh('client');
      const subject = fresh('user');
      const session = await login(harness, { clientId, subject });
      const elsewhere = await login(harness, { subject });
      await harness.blacklist.revokeClient(clientId);
      assert.equal(await harness.sessions.find(session.id), undefined);
      assert.equal(await verdictOf(harness, elsewhere, 0), 'rotated');
      const later = await login(harness, { clientId, subject });
      assert.equal(await harness.blacklist.isRevoked(later.accessToken), false);
      assert.deepEqual(
        new Set((await harness.sessions.list(subject, { limit: 1_000 })).map(({ id }) => id)),
        new Set([elsewhere.id, later.id]),
      );
      assert.equal(await verdictOf(harness, later, 0), 'rotated');
    },
  },
  {
    name: '[obligation 54] revokeEverything ends every session; a later login lives',
    async run(harness) {
      const sessions = await Promise.all(Array.from({ length: 30 }, () => login(harness)));
      await harness.blacklist.revokeEverything();
      for (const session of sessions) assert.equal(await verdictOf(harness, session, 0), 'revoked');
      const later = await login(harness);
      assert.equal(await verdictOf(harness, later, 0), 'rotated');
      assert.equal(await harness.blacklist.isRevoked(later.accessToken), false);
    },
  },
  {
    name: '[obligation 54] revokeOthers ends every session of the subject but one',
    async run(harness) {
      const subject = fresh('user');
      const mine = await login(harness, { subject });
      const others = await Promise.all(Array.from({ length: 8 }, () => login(harness, { subject })));
      const ended = await harness.sessions.revokeOthers(mine.id);
      assert.deepEqual(new Set(ended.map(({ sessionId }) => sessionId)), new Set(others.map(({ id }) => id)));
      assert.ok(ended.every((session) => session.subject === subject));
      for (const other of others) {
        assert.equal(await verdictOf(harness, other, 0), 'revoked');
        assert.equal(await harness.blacklist.isRevoked(other.accessToken), true);
      }
      assert.equal(await verdictOf(harness, mine, 0), 'rotated');
      assert.equal(await harness.blacklist.isRevoked(mine.accessToken), false);
      assert.deepEqual(await harness.sessions.revokeOthers(mine.id), []);
    },
  },
];
