import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import type { RevocableToken } from '../token-blacklist.store.js';
import {
  type ForeignTokenHarness,
  fresh,
  issued,
  SECOND_MS,
  untilNow,
  verdicts,
} from './foreign-token.contract-harness.js';
import { issuerLogoutContract } from './issuer-logout.contract.js';
import { notBeforeContract } from './not-before.contract.js';

/** Promises of every store of revocations of the tokens of another issuer. */
export const foreignTokenBlacklistContract: readonly ContractCase<ForeignTokenHarness>[] = [
  {
    name: 'accepts what was never revoked',
    async run(harness) {
      assert.deepEqual(await verdicts(harness, issued(harness), issued(harness, { sid: '' })), [
        false,
        false,
      ]);
    },
  },
  {
    name: 'refuses a revoked token and no other of its subject',
    async run(harness) {
      const [token, other] = [issued(harness, { subject: 'ada' }), issued(harness, { subject: 'ada' })];
      await harness.blacklist.revokeToken('ada', token.tokenId, 60_000);
      await harness.blacklist.revokeToken('ada', token.tokenId, 1);
      await harness.pass(30_000);
      assert.deepEqual(await verdicts(harness, token, other), [true, false]);
    },
  },
  {
    name: 'refuses no credential of another subject, although hosts number theirs alike',
    async run(harness) {
      const key = { ...issued(harness), scheme: 'Key' };
      await harness.blacklist.revokeToken(key.subject, key.tokenId, 60_000);
      // So many that some are stored where the first one is.
      const others = Array.from({ length: 400 }, (_, place) => ({
        ...key,
        subject: `${key.subject}-${place}`,
      }));
      const [mine, ...theirs] = await verdicts(harness, key, ...others);
      assert.deepEqual([mine, theirs.filter(Boolean).length], [true, 0]);
    },
  },
  {
    name: 'refuses a credential of another scheme by its own id, as long as it lives, and by nothing else',
    async run(harness) {
      const { blacklist, foreign } = harness;
      const [key, other] = [issued(harness), issued(harness)].map((token) => ({ ...token, scheme: 'Key' }));
      await blacklist.revokeToken(key!.subject, key!.tokenId, 10 * foreign.maxTtlMs);
      await blacklist.revokeSubject(other!.subject);
      await blacklist.revokeEverything();
      await harness.pass(5 * foreign.maxTtlMs);
      assert.deepEqual(await verdicts(harness, key!, other!), [true, false]);
    },
  },
  {
    name: 'refuses what a subject was issued so far when its access tokens expire',
    async run(harness) {
      const [token, other] = [issued(harness), issued(harness)];
      const later = issued(harness, { subject: token.subject, laterMs: untilNow(harness) + SECOND_MS });
      await harness.blacklist.expireAccessTokens(token.subject);
      assert.deepEqual(await verdicts(harness, token, other, later), [true, false, false]);
    },
  },
  {
    name: 'refuses what a client was issued, for every subject, and nothing of another client',
    async run(harness) {
      const clientId = fresh('client');
      const tokens = Array.from({ length: 40 }, () => issued(harness, { clientId }));
      const later = issued(harness, { clientId, laterMs: untilNow(harness) + SECOND_MS });
      await harness.blacklist.revokeClient(clientId);
      assert.deepEqual(new Set(await verdicts(harness, ...tokens)), new Set([true]));
      assert.deepEqual(await verdicts(harness, later, issued(harness)), [false, false]);
    },
  },
  {
    name: 'refuses the tokens of a session of the issuer, whoever its subject is, and no other',
    async run(harness) {
      const sid = fresh('sid');
      const [one, two] = [issued(harness, { sid }), issued(harness, { sid })];
      assert.equal(await harness.blacklist.revokeSession(sid), undefined);
      const sessionless = issued(harness, { subject: one.subject, sid: '' });
      const another = issued(harness, { subject: one.subject });
      assert.deepEqual(await verdicts(harness, one, two, sessionless, another), [true, true, false, false]);
    },
  },
  {
    name: 'is idempotent: each revocation may be repeated',
    async run(harness) {
      const { blacklist } = harness;
      const token = issued(harness, { clientId: fresh('client') });
      for (let round = 0; round < 2; round++) {
        await blacklist.revokeToken(token.subject, token.tokenId, 60_000);
        await blacklist.revokeSession(String(token.claims?.['sid']));
        await blacklist.revokeSubject(token.subject);
        await blacklist.revokeClient(token.clientId);
        assert.deepEqual(await verdicts(harness, token), [true]);
      }
    },
  },
  {
    name: 'keeps apart subjects, clients and sessions with awkward names',
    async run(harness) {
      const names = ['a:b', 'a', '{a}', 'a}b', 'ä €', 'all', '__proto__', ' '];
      for (const name of names) {
        const of = (text: string): RevocableToken =>
          issued(harness, { subject: `s${text}`, clientId: `c${text}`, sid: `t${text}` });
        const others = names.filter((other) => other !== name).map(of);
        for (const revoke of [
          () => harness.blacklist.revokeSubject(`s${name}`),
          () => harness.blacklist.revokeClient(`c${name}`),
          () => harness.blacklist.revokeSession(`t${name}`),
        ]) {
          await harness.pass(10_000);
          const anew = others.map((token) => ({ ...token, issuedAt: harness.clock.now() }));
          const mine = of(name);
          await revoke();
          assert.deepEqual(await verdicts(harness, mine), [true]);
          assert.deepEqual(new Set(await verdicts(harness, ...anew)), new Set([false]));
        }
        await harness.pass(10_000);
      }
    },
  },
  {
    name: 'has no epoch to issue tokens under, and no refresh whose use could be confirmed',
    async run(harness) {
      const { blacklist } = harness;
      await assert.rejects(async () => blacklist.claimEpoch('ada', 'spa'), TypeError);
      const refreshed = { ...issued(harness), sessionId: 'sid', generation: 1, lostAnswers: 0 };
      await assert.rejects(async () => blacklist.confirmUse(refreshed), TypeError);
    },
  },
  ...notBeforeContract,
  ...issuerLogoutContract,
];
