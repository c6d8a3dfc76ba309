import assert from 'node:assert/strict';
import { createSessionId } from '../subjects/subject-keys.js';
import type { ContractCase } from '../testing/contract.js';
import type { RevocableToken, TokenBlacklistStore } from './token-blacklist.store.js';

/** What the contract of {@link TokenBlacklistStore} is run against. */
export interface TokenBlacklistHarness {
  readonly blacklist: TokenBlacklistStore;
}

let serial = 0;

async function issue(
  { blacklist }: TokenBlacklistHarness,
  { subject = `user-${++serial}`, clientId = 'web', machine = false } = {},
): Promise<RevocableToken> {
  return {
    tokenId: `token-${++serial}`,
    sessionId: machine ? undefined : createSessionId(subject),
    subject,
    clientId,
    epoch: await blacklist.claimEpoch(subject, clientId),
  };
}

/** Promises of every {@link TokenBlacklistStore}; those that involve sessions are in the session store's contract. */
export const tokenBlacklistContract: readonly ContractCase<TokenBlacklistHarness>[] = [
  {
    name: 'accepts what was never revoked, of a user and of a machine',
    async run(harness) {
      assert.equal(await harness.blacklist.isRevoked(await issue(harness)), false);
      assert.equal(await harness.blacklist.isRevoked(await issue(harness, { machine: true })), false);
    },
  },
  {
    name: 'refuses a revoked token and no other of the same session',
    async run(harness) {
      const token = await issue(harness);
      const sibling = { ...token, tokenId: `${token.tokenId}-sibling` };
      await harness.blacklist.revokeToken(token.subject, token.tokenId, 60_000);
      assert.equal(await harness.blacklist.isRevoked(token), true);
      assert.equal(await harness.blacklist.isRevoked(sibling), false);
    },
  },
  {
    name: 'refuses no token of another subject, although hosts number theirs alike',
    async run(harness) {
      const token = await issue(harness);
      await harness.blacklist.revokeToken(token.subject, token.tokenId, 60_000);
      // So many that some are stored where the first one is.
      const others = Array.from({ length: 400 }, (_, place) => ({
        tokenId: token.tokenId,
        sessionId: undefined,
        subject: `${token.subject}-${place}`,
        clientId: token.clientId,
        epoch: undefined,
        scheme: 'Key',
      }));
      const verdicts = await Promise.all(others.map(async (other) => harness.blacklist.isRevoked(other)));
      assert.equal(verdicts.filter(Boolean).length, 0);
      assert.equal(await harness.blacklist.isRevoked(token), true);
    },
  },
  {
    name: 'refuses a revoked token of a machine',
    async run(harness) {
      const token = await issue(harness, { machine: true });
      await harness.blacklist.revokeToken(token.subject, token.tokenId, 60_000);
      assert.equal(await harness.blacklist.isRevoked(token), true);
    },
  },
  {
    name: '[obligation 54] refuses the access tokens of an ended session, even of one the store has lost',
    async run(harness) {
      const token = await issue(harness);
      const other = { ...(await issue(harness, { subject: token.subject })) };
      assert.equal(await harness.blacklist.revokeSession(token.sessionId ?? ''), undefined);
      assert.equal(await harness.blacklist.isRevoked(token), true);
      assert.equal(await harness.blacklist.isRevoked(other), false);
    },
  },
  {
    name: '[obligation 54] refuses everything of a revoked subject and accepts what is issued afterwards',
    async run(harness) {
      const before = await issue(harness);
      const machine = await issue(harness, { subject: before.subject, machine: true });
      const bystander = await issue(harness);
      await harness.blacklist.revokeSubject(before.subject);
      const after = await issue(harness, { subject: before.subject });
      assert.equal(await harness.blacklist.isRevoked(before), true);
      assert.equal(await harness.blacklist.isRevoked(machine), true);
      assert.equal(await harness.blacklist.isRevoked(after), false);
      assert.equal(await harness.blacklist.isRevoked(bystander), false);
    },
  },
  {
    name: '[11-D] refuses the access tokens of a subject, those of machines as well, and accepts what is issued afterwards',
    async run(harness) {
      const before = await issue(harness);
      const machine = await issue(harness, { subject: before.subject, machine: true });
      const bystander = await issue(harness);
      for (let round = 0; round < 2; round++) {
        await harness.blacklist.expireAccessTokens(before.subject);
        assert.equal(await harness.blacklist.isRevoked(before), true);
        assert.equal(await harness.blacklist.isRevoked(machine), true);
        assert.equal(await harness.blacklist.isRevoked(bystander), false);
        const after = await issue(harness, { subject: before.subject });
        assert.equal(await harness.blacklist.isRevoked(after), false);
      }
    },
  },
  {
    name: 'refuses everything of a revoked client, for every subject, and nothing of another client',
    async run(harness) {
      const clientId = `client-${++serial}`;
      const tokens = await Promise.all(Array.from({ length: 40 }, () => issue(harness, { clientId })));
      const bystander = await issue(harness);
      await harness.blacklist.revokeClient(clientId);
      const verdicts = await Promise.all(tokens.map(async (token) => harness.blacklist.isRevoked(token)));
      assert.deepEqual(new Set(verdicts), new Set([true]));
      assert.equal(await harness.blacklist.isRevoked(bystander), false);
      assert.equal(await harness.blacklist.isRevoked(await issue(harness, { clientId })), false);
    },
  },
  {
    name: '[obligation 54] refuses everything issued so far after revokeEverything',
    async run(harness) {
      const tokens = await Promise.all(Array.from({ length: 40 }, () => issue(harness)));
      await harness.blacklist.revokeEverything();
      const verdicts = await Promise.all(tokens.map(async (token) => harness.blacklist.isRevoked(token)));
      assert.deepEqual(new Set(verdicts), new Set([true]));
      assert.equal(await harness.blacklist.isRevoked(await issue(harness)), false);
    },
  },
  {
    name: 'adds the three epochs up: a revocation of any kind refuses what was issued under the others',
    async run(harness) {
      const clientId = `client-${++serial}`;
      const subject = `user-${++serial}`;
      const { blacklist } = harness;
      for (const revoke of [
        () => blacklist.revokeSubject(subject),
        () => blacklist.revokeClient(clientId),
        () => blacklist.revokeEverything(),
        () => blacklist.revokeSubject(subject),
      ]) {
        const token = await issue(harness, { subject, clientId });
        assert.equal(await blacklist.isRevoked(token), false);
        await revoke();
        assert.equal(await blacklist.isRevoked(token), true);
      }
    },
  },
  {
    name: 'revokes what has no epoch by its own id alone',
    async run(harness) {
      const { blacklist } = harness;
      const token = { ...(await issue(harness)), sessionId: undefined, epoch: undefined };
      await blacklist.revokeSubject(token.subject);
      await blacklist.revokeClient(token.clientId);
      await blacklist.revokeEverything();
      assert.equal(await blacklist.isRevoked(token), false);
      await blacklist.revokeToken(token.subject, token.tokenId, 60_000);
      assert.equal(await blacklist.isRevoked(token), true);
    },
  },
  {
    name: '[04-8] refuses a token of an epoch the store has not reached: it has lost data',
    async run(harness) {
      const token = await issue(harness);
      assert.equal(await harness.blacklist.isRevoked({ ...token, epoch: (token.epoch ?? 0) + 1 }), true);
    },
  },
  {
    name: 'is idempotent: each revocation may be repeated',
    async run(harness) {
      const token = await issue(harness);
      const { blacklist } = harness;
      for (let round = 0; round < 2; round++) {
        await blacklist.revokeToken(token.subject, token.tokenId, 60_000);
        await blacklist.revokeSession(token.sessionId ?? '');
        await blacklist.revokeSubject(token.subject);
        await blacklist.revokeClient(token.clientId);
        assert.equal(await blacklist.isRevoked(token), true);
      }
      assert.equal(await blacklist.isRevoked(await issue(harness, { subject: token.subject })), false);
    },
  },
  {
    name: 'keeps apart subjects and clients with awkward names',
    async run(harness) {
      const names = ['a:b', 'a', '{a}', 'a}b', 'ä €', 'all', '__proto__', ' '];
      for (const subject of names) {
        const mine = await issue(harness, { subject, clientId: subject });
        const others = await Promise.all(
          names
            .filter((name) => name !== subject)
            .map((name) => issue(harness, { subject: name, clientId: name })),
        );
        await harness.blacklist.revokeSubject(subject);
        await harness.blacklist.revokeClient(subject);
        assert.equal(await harness.blacklist.isRevoked(mine), true);
        for (const other of others) assert.equal(await harness.blacklist.isRevoked(other), false);
      }
    },
  },
];
