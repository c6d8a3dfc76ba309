import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import {
  type ForeignTokenHarness,
  fresh,
  issued,
  logoutAt,
  SECOND_MS,
  untilNow,
  verdicts,
} from './foreign-token.contract-harness.js';

/** Until when something must have been issued to be refused, and how long that is remembered. */
export const notBeforeContract: readonly ContractCase<ForeignTokenHarness>[] = [
  {
    name: '[obligation 54] refuses what a subject was issued until the same second, and accepts what is issued later',
    async run(harness) {
      const subject = fresh('user');
      await harness.pass(300);
      const before = issued(harness, { subject });
      const ahead = issued(harness, { subject, laterMs: untilNow(harness) });
      const sessionless = issued(harness, { subject, sid: '' });
      assert.deepEqual(await harness.blacklist.revokeSubject(subject), []);
      const sameSecond = issued(harness, { subject });
      const later = issued(harness, { subject, laterMs: untilNow(harness) + SECOND_MS });
      assert.deepEqual(
        await verdicts(harness, before, ahead, sessionless, sameSecond, later, issued(harness)),
        [true, true, true, true, false, false],
      );
    },
  },
  {
    name: '[obligation 54] refuses everything issued so far after revokeEverything, whatever time passes',
    async run(harness) {
      const tokens = Array.from({ length: 40 }, () => issued(harness));
      const later = issued(harness, { laterMs: untilNow(harness) + SECOND_MS });
      await harness.blacklist.revokeEverything();
      await harness.pass(harness.foreign.maxTtlMs);
      assert.deepEqual(new Set(await verdicts(harness, ...tokens)), new Set([true]));
      assert.deepEqual(await verdicts(harness, later), [false]);
    },
  },
  {
    name: 'refuses for the longest lifetime that is accepted, and then forgets',
    async run(harness) {
      const { foreign, blacklist } = harness;
      const tokens = [
        issued(harness, { subject: 'by-subject' }),
        issued(harness, { clientId: 'by-client' }),
        issued(harness, { sid: 'by-session' }),
      ];
      await blacklist.revokeSubject('by-subject');
      await blacklist.revokeClient('by-client');
      await blacklist.revokeSession('by-session');
      await harness.pass(foreign.maxTtlMs + 2 * foreign.clockToleranceMs);
      assert.deepEqual(await verdicts(harness, ...tokens), [true, true, true]);
      await harness.pass(foreign.maxTtlMs);
      assert.deepEqual(await verdicts(harness, ...tokens), [false, false, false]);
    },
  },
  {
    name: 'never moves a revocation back, and never shortens its life',
    async run(harness) {
      const { foreign, blacklist } = harness;
      const subject = fresh('user');
      const early = logoutAt(harness, { subject });
      await harness.pass(10_000);
      await blacklist.revokeSubject(subject);
      await harness.pass(foreign.maxTtlMs / 2);
      const later = issued(harness, { subject });
      await blacklist.revokeSubject(subject);
      assert.equal(await blacklist.logout(early), 'ended');
      assert.deepEqual(await verdicts(harness, later), [true]);
      await harness.pass(foreign.maxTtlMs);
      assert.deepEqual(await verdicts(harness, later), [true]);
    },
  },
  {
    name: 'counts a token that does not say when it was issued as issued before',
    async run(harness) {
      const { issuedAt: _, ...token } = issued(harness);
      assert.deepEqual(await verdicts(harness, token), [false]);
      await harness.blacklist.revokeSubject(token.subject);
      await harness.pass(60_000);
      assert.deepEqual(await verdicts(harness, token), [true]);
    },
  },
];
