import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import {
  LENIENT,
  loginAndRefresh,
  LONG,
  MINUTE_MS,
  type Refreshed,
  tokenOf,
  use,
  type SessionHarness,
  login,
  tally,
  terms,
  verdictOf,
} from './session.contract-harness.js';

/** Promises of {@link TokenBlacklistStore.confirmUse}. */
export const confirmationContract: readonly ContractCase<SessionHarness>[] = [
  {
    name: '[11-C] confirms each generation anew, and the current one only',
    async run(harness) {
      const { session, accessToken } = await loginAndRefresh(harness);
      await use(harness, accessToken);
      assert.equal(await verdictOf(harness, session, 1, LENIENT), 'rotated');
      // Older ones are still good.
      for (const token of [accessToken, tokenOf(session, 0)])
        assert.equal(await use(harness, token), 'confirmed');
      harness.advance(MINUTE_MS);
      assert.equal(await verdictOf(harness, session, 1, LENIENT), 'replayed');
      await use(harness, tokenOf(session, 2, 1));
      harness.advance(terms.reuseWindowMs);
      assert.equal(await verdictOf(harness, session, 1, LENIENT), 'reused');
    },
  },
  {
    name: '[11-C] can confirm no generation that a failover lost before that is handed out again',
    async run(harness) {
      const { session } = await loginAndRefresh(harness);
      assert.equal(await use(harness, tokenOf(session, 2)), 'unconfirmed');
      assert.equal(await verdictOf(harness, session, 1, LENIENT), 'rotated');
      assert.equal(await use(harness, tokenOf(session, 2)), 'confirmed');
      harness.advance(terms.reuseWindowMs);
      assert.equal(await verdictOf(harness, session, 1, LENIENT), 'reused');
    },
  },
  {
    name: '[11-C] keeps a confirmation however often the token is used and the session replayed',
    async run(harness) {
      const { session, accessToken } = await loginAndRefresh(harness);
      for (let round = 0; round < 2; round++) {
        assert.equal(await use(harness, accessToken), 'confirmed');
        assert.equal(await verdictOf(harness, session, 0, LENIENT), 'replayed');
        assert.equal(await use(harness, tokenOf(session, 0)), 'confirmed');
      }
      harness.advance(terms.reuseWindowMs);
      assert.equal(await verdictOf(harness, session, 0, LENIENT), 'reused');
    },
  },
  {
    name: '[11-C] confirms nothing by a token that is refused, whatever refuses it',
    async run(harness) {
      const { session, accessToken } = await loginAndRefresh(harness);
      const revoked = tokenOf(session, 1);
      await harness.blacklist.revokeToken(revoked.subject, revoked.tokenId, MINUTE_MS);
      const outdated = { ...accessToken, epoch: (accessToken.epoch ?? 0) - 1 };
      for (const token of [revoked, outdated]) assert.equal(await use(harness, token), 'revoked');
      harness.advance(terms.reuseWindowMs);
      assert.equal(await verdictOf(harness, session, 0, LENIENT), 'replayed');
    },
  },
  {
    name: '[11-C] refuses what isRevoked refuses, and brings no session back',
    async run(harness) {
      const { blacklist } = harness;
      for (const revoke of [
        ({ session }: Refreshed) => blacklist.revokeSession(session.id),
        ({ session }: Refreshed) => blacklist.revokeSubject(session.facts.subject),
        ({ session }: Refreshed) => blacklist.revokeClient(session.facts.clientId),
        () => blacklist.revokeEverything(),
        ({ session }: Refreshed) => verdictOf(harness, session, 0, { reuseWindowMs: 0 }),
      ]) {
        const refreshed = await loginAndRefresh(harness);
        const { session, accessToken } = refreshed;
        await revoke(refreshed);
        assert.equal(await use(harness, accessToken), 'revoked');
        assert.equal(await verdictOf(harness, session, 1, LENIENT), 'revoked');
        assert.equal(await harness.sessions.find(session.id), undefined);
      }
    },
  },
  {
    name: '[11-C] knows no session it never opened, and says nothing against its token',
    async run(harness) {
      const session = await login(harness, {}, LONG);
      const stranger = {
        ...session,
        id: `${session.id.slice(0, -1)}${session.id.endsWith('A') ? 'Q' : 'A'}`,
      };
      assert.equal(await use(harness, tokenOf(stranger, 1)), 'confirmed');
      assert.equal(await verdictOf(harness, stranger, 1, LENIENT), 'unknown');
    },
  },
  {
    name: '[11-C] of 50 uses and 50 retries at once all are answered, and the predecessor is reuse afterwards',
    async run(harness) {
      const { session, accessToken } = await loginAndRefresh(harness);
      harness.advance(terms.reuseWindowMs - 1);
      const retries = Array.from({ length: 50 }, () => verdictOf(harness, session, 0, LENIENT));
      const uses = Array.from({ length: 50 }, () => use(harness, accessToken));
      assert.deepEqual(tally(await Promise.all(retries)), { replayed: 50 });
      assert.deepEqual(tally(await Promise.all(uses)), { confirmed: 50 });
      harness.advance(terms.reuseWindowMs);
      assert.equal(await verdictOf(harness, session, 0, LENIENT), 'reused');
    },
  },
];
