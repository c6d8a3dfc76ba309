import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import type { KeyRecord, KeyStore } from './key.store.js';

/** What the cases need: several handles on one empty store, as separate instances would have them. */
export interface KeyStoreHarness {
  readonly stores: readonly KeyStore[];
}

function keysOf(version: number, sealed = `keys of ${version} é "quoted" \\ `): KeyRecord {
  return { version, sealed };
}

function storeOf({ stores }: KeyStoreHarness, at = 0): KeyStore {
  const store = stores[at % stores.length];
  assert.ok(store);
  return store;
}

/** What every {@link KeyStore} promises. */
export const keyStoreContract: readonly ContractCase<KeyStoreHarness>[] = [
  {
    name: 'is empty at first',
    run: async (harness) => assert.equal(await storeOf(harness).read(), undefined),
  },
  {
    name: 'gives every instance back what one of them stored',
    run: async (harness) => {
      assert.equal(await storeOf(harness).replace(keysOf(1), 0), 'stored');
      for (const store of harness.stores) assert.deepEqual(await store.read(), keysOf(1));
    },
  },
  {
    name: 'leaves the keys alone when they are not the ones that were seen',
    run: async (harness) => {
      await storeOf(harness).replace(keysOf(1), 0);
      assert.equal(await storeOf(harness, 1).replace(keysOf(1, 'other'), 0), 'outdated');
      assert.equal(await storeOf(harness, 1).replace(keysOf(8), 7), 'outdated');
      assert.deepEqual(await storeOf(harness).read(), keysOf(1));
    },
  },
  {
    name: 'lets a later version take the place of any earlier one',
    run: async (harness) => {
      await storeOf(harness).replace(keysOf(1), 0);
      assert.equal(await storeOf(harness, 1).replace(keysOf(5), 1), 'stored');
      assert.equal(await storeOf(harness).replace(keysOf(6), 5), 'stored');
      assert.deepEqual(await storeOf(harness, 1).read(), keysOf(6));
    },
  },
  {
    name: 'lets exactly one of 50 simultaneous replacements win',
    run: async (harness) => {
      await storeOf(harness).replace(keysOf(1), 0);
      const attempts = Array.from({ length: 50 }, (_, at) =>
        storeOf(harness, at).replace(keysOf(2, `key-of-${at}`), 1),
      );
      const outcomes = await Promise.all(attempts);
      assert.deepEqual(
        outcomes.filter((outcome) => outcome === 'stored'),
        ['stored'],
      );
      const winner = `key-of-${outcomes.indexOf('stored')}`;
      assert.equal((await storeOf(harness).read())?.sealed, winner);
    },
  },
  {
    name: 'lets the same version be sealed again, unless it was replaced meanwhile',
    run: async (harness) => {
      await storeOf(harness).replace(keysOf(1), 0);
      assert.equal(await storeOf(harness, 1).replace(keysOf(1, 'sealed again'), 1), 'stored');
      assert.deepEqual(await storeOf(harness).read(), keysOf(1, 'sealed again'));
      await storeOf(harness).replace(keysOf(2), 1);
      assert.equal(await storeOf(harness, 1).replace(keysOf(1, 'sealed again'), 1), 'outdated');
      assert.deepEqual(await storeOf(harness, 1).read(), keysOf(2));
    },
  },
];
