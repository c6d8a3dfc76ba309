import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import {
  add,
  assertGone,
  assertSame,
  fresh,
  MINUTE_MS,
  wordFor,
  YEAR_MS,
  AT_ONCE,
  type ApiKeyStoreHarness,
} from './api-key.contract-harness.js';

/** How keys end. */
export const apiKeyRevocationContract: readonly ContractCase<ApiKeyStoreHarness>[] = [
  {
    name: 'ends a key for good, and no other',
    run: async (harness) => {
      const mine = await add(harness);
      const { subject } = mine.key;
      const other = await add(harness, { subject });
      assert.equal(await harness.store.revoke(mine.id), subject);
      await assertGone(harness, mine);
      assert.equal(await harness.store.revoke(mine.id), undefined);
      assert.equal(await wordFor(harness, other), 'accepted');
    },
  },
  {
    name: `says to one of ${AT_ONCE} simultaneous revocations that the key was there`,
    run: async (harness) => {
      const { id } = await add(harness);
      const asked = Array.from({ length: AT_ONCE }, () => harness.store.revoke(id));
      const found = (await Promise.all(asked)).filter((subject) => subject !== undefined);
      assert.equal(found.length, 1);
    },
  },
  {
    name: 'accepts a revoked key nowhere once the revocation has returned, however it is used meanwhile',
    run: async (harness) => {
      const key = await add(harness);
      const using = Array.from({ length: AT_ONCE }, () => wordFor(harness, key));
      await harness.store.revoke(key.id);
      const after = Array.from({ length: AT_ONCE }, () => wordFor(harness, key));
      assertSame([...new Set(await Promise.all(after))], ['unknown']);
      await Promise.all(using);
      await assertGone(harness, key);
    },
  },
  {
    name: 'ends with all keys of a subject those that are created by means of them meanwhile',
    run: async (harness) => {
      const { store } = harness;
      const subject = fresh('user');
      const mine = await Promise.all(Array.from({ length: 250 }, () => add(harness, { subject })));
      const ending = store.revokeSubject(subject);
      // As the service does for a key that makes another one.
      const make = async (creator: string): Promise<void> => {
        const made = await add(harness, { subject });
        if ((await store.find(creator)) === undefined) await store.revoke(made.id);
      };
      await Promise.all([ending, ...mine.map(({ id }) => make(id))]);
      assertSame(await store.list(subject), []);
    },
  },
  {
    name: 'ends all keys of a subject, and none that is created later',
    run: async (harness) => {
      const subject = fresh('user');
      const mine = await Promise.all(Array.from({ length: 120 }, () => add(harness, { subject })));
      const other = await add(harness);
      const ended = await harness.store.revokeSubject(subject);
      assertSame([...ended].sort(), mine.map(({ id }) => id).sort());
      for (const key of mine) assert.equal(await wordFor(harness, key), 'unknown');
      assertSame(await harness.store.list(subject), []);
      assertSame(await harness.store.revokeSubject(subject), []);
      assert.equal(await wordFor(harness, other), 'accepted');
      assert.equal(await wordFor(harness, await add(harness, { subject })), 'accepted');
    },
  },
  {
    name: 'ends the keys of a client, which is the subject where none was named',
    run: async (harness) => {
      const clientId = fresh('client');
      const ended = [
        await add(harness, { clientId }),
        await add(harness, { clientId, ttlMs: YEAR_MS }),
        await add(harness, { subject: clientId }),
      ];
      const others = [
        await add(harness),
        await add(harness, { subject: clientId, clientId: fresh('client') }),
      ];
      await harness.store.revokeClient(clientId);
      await harness.store.revokeClient(clientId);
      for (const key of ended) await assertGone(harness, key);
      for (const key of others) assert.equal(await wordFor(harness, key), 'accepted');
      assert.equal(await wordFor(harness, await add(harness, { clientId })), 'accepted');
    },
  },
  {
    name: 'ends all keys, and none that is created later',
    run: async (harness) => {
      const ended = [await add(harness), await add(harness, { clientId: 'ci' }), await add(harness)];
      await harness.store.revokeEverything();
      for (const key of ended) await assertGone(harness, key);
      assert.equal(await wordFor(harness, await add(harness)), 'accepted');
      for (const key of ended) await assertGone(harness, key);
    },
  },
  {
    name: 'ends a key once: what its client or everybody lost already, and what has expired, is not told again',
    run: async (harness) => {
      const { store } = harness;
      const subject = fresh('user');
      const endings: readonly ((clientId: string) => Promise<void> | void)[] = [
        (clientId) => store.revokeClient(clientId),
        () => store.revokeEverything(),
        () => harness.advance(MINUTE_MS),
      ];
      for (const end of endings) {
        const clientId = fresh('client');
        const wanted = { subject, clientId, ttlMs: MINUTE_MS };
        const gone = [await add(harness, wanted), await add(harness, wanted)];
        await end(clientId);
        const live = await add(harness, { subject });
        assert.equal(await store.revoke(gone[0]?.id ?? ''), undefined);
        assertSame(await store.revokeSubject(subject), [live.id]);
        for (const key of [...gone, live]) await assertGone(harness, key);
      }
    },
  },
  {
    name: 'keeps apart subjects and clients with awkward names',
    run: async (harness) => {
      const names = ['a:b', 'a', '{a}', 'a}b', 'ä €', 'all', '__proto__', ' '];
      for (const subject of names) {
        const mine = await add(harness, { subject });
        const others = await Promise.all(
          names.filter((name) => name !== subject).map((name) => add(harness, { subject: name })),
        );
        await harness.store.revokeClient(subject);
        await assertGone(harness, mine);
        const again = await add(harness, { subject });
        await harness.store.revokeSubject(subject);
        await assertGone(harness, again);
        for (const other of others) assert.equal(await wordFor(harness, other), 'accepted');
      }
    },
  },
];
