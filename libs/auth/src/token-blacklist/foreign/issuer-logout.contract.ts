import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import {
  type ForeignTokenHarness,
  fresh,
  issued,
  logoutAt,
  verdicts,
} from './foreign-token.contract-harness.js';

/** What a logout token of the issuer ends. */
export const issuerLogoutContract: readonly ContractCase<ForeignTokenHarness>[] = [
  {
    name: 'obeys a logout token that names a subject: every session, until the issuer said so',
    async run(harness) {
      const subject = fresh('user');
      const [token, sessionless] = [issued(harness, { subject }), issued(harness, { subject, sid: '' })];
      const logout = logoutAt(harness, { subject });
      // It took its time.
      await harness.pass(30_000);
      const anew = issued(harness, { subject });
      assert.equal(await harness.blacklist.logout(logout), 'ended');
      assert.deepEqual(await verdicts(harness, token, sessionless, anew, issued(harness)), [
        true,
        true,
        false,
        false,
      ]);
    },
  },
  {
    name: 'obeys a logout token that names a session, with its subject and without',
    async run(harness) {
      for (const subject of [undefined, fresh('user')]) {
        const [sessionId, owner] = [fresh('sid'), subject ?? fresh('user')];
        const token = issued(harness, { subject: owner, sid: sessionId });
        const sessionless = issued(harness, { subject: owner, sid: '' });
        const another = issued(harness, { subject: owner });
        const logout = logoutAt(harness, { sessionId, ...(subject !== undefined && { subject }) });
        assert.equal(await harness.blacklist.logout(logout), 'ended');
        // Which session it belongs to, nobody knows.
        const isConcerned = subject !== undefined;
        assert.deepEqual(await verdicts(harness, token, sessionless, another), [true, isConcerned, false]);
      }
    },
  },
  {
    name: 'takes what is none of the issuer for a token without a session, whatever it calls its own',
    async run(harness) {
      const [subject, sid] = [fresh('user'), fresh('sid')];
      const legacy = { ...issued(harness, { subject }), claims: { sid } };
      await harness.blacklist.revokeSession(sid);
      assert.deepEqual(await verdicts(harness, legacy), [false]);
      await harness.blacklist.logout(logoutAt(harness, { subject, sessionId: fresh('sid') }));
      assert.deepEqual(await verdicts(harness, legacy), [true]);
    },
  },
  {
    name: 'obeys a logout token once, for as long as it is valid',
    async run(harness) {
      const { blacklist } = harness;
      for (const over of [{ subject: 'ada' }, { sessionId: 'a' }, { subject: 'ada', sessionId: 'a' }]) {
        const logout = logoutAt(harness, over);
        const answers = await Promise.all(Array.from({ length: 5 }, () => blacklist.logout(logout)));
        assert.equal(answers.filter((verdict) => verdict === 'ended').length, 1);
        assert.equal(await blacklist.logout(logout), 'replayed');
        assert.equal(await blacklist.logout({ ...logout, tokenId: `${logout.tokenId}-2` }), 'ended');
      }
    },
  },
];
