import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import {
  add,
  accepted,
  assertGone,
  assertSame,
  fresh,
  grammar,
  tryAdd,
  wordFor,
  MINUTE_MS,
  YEAR_MS,
  AT_ONCE,
  type ApiKeyStoreHarness,
  type Wanted,
} from './api-key.contract-harness.js';

/** How keys are added, found, accepted and counted. */
export const apiKeyKeepingContract: readonly ContractCase<ApiKeyStoreHarness>[] = [
  {
    name: 'answers a key as it was created, wherever it is asked for, and nothing besides',
    run: async (harness) => {
      const wanted = {
        name: 'Ä key "1" {x}',
        clientId: 'ci',
        roles: ['reader', 'writer'],
        scope: ['articles:read'],
        claims: { tenant: { id: 7, tags: ['a', null, true, ''] }, 'odd: name': 1.5 },
        rateLimit: { limit: 3, windowMs: 1000 },
      };
      const full = await add(harness, { ...wanted, ttlMs: YEAR_MS });
      const bare = await add(harness, { subject: full.key.subject });
      const { id, subject, createdAt } = full.key;
      assertSame(full.key, { ...full.key, ...wanted, expiresAt: createdAt + YEAR_MS, lastUsedAt: undefined });
      const nothing = { name: 'a key', roles: [], claims: {} };
      assertSame(bare.key, { id: bare.id, subject, ...nothing, createdAt: bare.key.createdAt });
      assert.equal(id, full.id);
      assertSame(await harness.store.list(subject), [full.key, bare.key]);
      for (const each of [full, bare]) {
        assertSame(await harness.store.find(each.id), each.key);
        assertSame({ ...(await accepted(harness, each)), lastUsedAt: undefined }, each.key);
        assert.ok(!JSON.stringify(await harness.store.find(each.id)).includes(each.secretHash));
      }
    },
  },
  {
    name: 'tells a wrong secret nothing of the key, and takes it for no use',
    run: async (harness) => {
      const [mine, other] = [await add(harness), await add(harness)];
      for (const secretHash of [other.secretHash, '', mine.secretHash.slice(1), `${mine.secretHash}A`])
        assertSame(await harness.store.present(mine.id, secretHash), { verdict: 'wrong-secret' });
      assert.equal((await harness.store.find(mine.id))?.lastUsedAt, undefined);
    },
  },
  {
    name: 'knows nothing of a key that was never added',
    run: async (harness) => {
      const { id, secretHash } = grammar.issue(fresh('user'));
      assertSame(await harness.store.present(id, secretHash), { verdict: 'unknown' });
      assert.equal(await harness.store.find(id), undefined);
      assert.equal(await harness.store.revoke(id), undefined);
      assertSame(await harness.store.list(fresh('user')), []);
      assertSame(await harness.store.revokeSubject(fresh('user')), []);
    },
  },
  {
    name: 'accepts a key until it expires, and no longer',
    run: async (harness) => {
      const key = await add(harness, { ttlMs: MINUTE_MS });
      const lasting = await add(harness, { subject: key.key.subject });
      await harness.advance(MINUTE_MS - 2000);
      assert.equal(await wordFor(harness, key), 'accepted');
      await harness.advance(2000);
      await assertGone(harness, key);
      await harness.advance(10 * YEAR_MS);
      assert.equal(await wordFor(harness, lasting), 'accepted');
      assertSame(
        (await harness.store.list(key.key.subject)).map(({ id }) => id),
        [lasting.id],
      );
    },
  },
  {
    name: 'writes the last use down once a minute',
    run: async (harness) => {
      const key = await add(harness);
      const written = async (): Promise<number> => (await harness.store.find(key.id))?.lastUsedAt ?? 0;
      const first = (await accepted(harness, key)).lastUsedAt ?? 0;
      assert.ok(first >= key.key.createdAt, 'the first use is not written down');
      for (const [ms, isWritten] of [
        [MINUTE_MS - 5000, false],
        [5000, true],
      ] as const) {
        await harness.advance(ms);
        const before = await written();
        await accepted(harness, key);
        assert.equal((await written()) > before, isWritten);
      }
      assert.equal((await harness.store.list(key.key.subject))[0]?.lastUsedAt, await written());
    },
  },
  {
    name: `adds no more than a subject may have to ${AT_ONCE} simultaneous requests`,
    run: async (harness) => {
      const subject = fresh('user');
      const asked = Array.from({ length: AT_ONCE }, () => tryAdd(harness, { subject }, 5).added);
      const words = (await Promise.all(asked)).map(({ verdict }) => verdict);
      assert.equal(words.filter((word) => word === 'added').length, 5);
      assert.equal((await harness.store.list(subject)).length, 5);
    },
  },
  {
    name: 'counts live keys only',
    run: async (harness) => {
      const subject = fresh('user');
      const word = async (wanted: Wanted = {}): Promise<string> =>
        (await tryAdd(harness, { subject, ...wanted }, 2).added).verdict;
      assert.equal(await word({ ttlMs: MINUTE_MS }), 'added');
      assert.equal(await word({ clientId: subject }), 'added');
      assert.equal(await word(), 'full');
      await harness.advance(MINUTE_MS);
      assert.equal(await word(), 'added');
      assert.equal(await word(), 'full');
      await harness.store.revokeClient(subject);
      assert.equal(await word(), 'added');
      assert.equal(await word(), 'added');
      assert.equal(await word(), 'full');
    },
  },
  {
    name: 'gives each of many simultaneous callers the answer to their own key',
    run: async (harness) => {
      const keys = await Promise.all(Array.from({ length: 250 }, () => add(harness)));
      const asked = keys.map((key, at) =>
        harness.store.present(key.id, at % 5 === 0 ? grammar.issue('x').secretHash : key.secretHash),
      );
      (await Promise.all(asked)).forEach((verdict, at) => {
        if (at % 5 === 0) assertSame(verdict, { verdict: 'wrong-secret' });
        else assert.equal(verdict.verdict === 'accepted' && verdict.key.id, keys[at]?.id);
      });
    },
  },
];
