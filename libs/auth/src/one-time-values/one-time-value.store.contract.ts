import assert from 'node:assert/strict';
import type { ContractCase, StoreHarness } from '../testing/contract.js';
import type { OneTimeValueStore } from './one-time-value.store.js';

type Harness = StoreHarness<OneTimeValueStore>;

const MINUTE_MS = 60_000;
const AT_ONCE = 50;
let serial = 0;

function fresh(): string {
  return `value-${process.pid}-${++serial}`;
}

/** Promises of every {@link OneTimeValueStore}. */
export const oneTimeValueContract: readonly ContractCase<Harness>[] = [
  {
    name: 'is first once, on all instances',
    async run({ store, elsewhere }) {
      const value = fresh();
      assert.equal(await store.use(value, MINUTE_MS), 'first');
      assert.equal(await store.use(value, MINUTE_MS), 'replayed');
      assert.equal(await elsewhere.use(value, MINUTE_MS), 'replayed');
    },
  },
  {
    name: 'tells who looks whether it was used, on all instances, and uses nothing by that',
    async run({ store, elsewhere }) {
      const value = fresh();
      assert.equal(await store.wasUsed(value), false);
      assert.equal(await elsewhere.use(value, MINUTE_MS), 'first');
      assert.equal(await store.wasUsed(value), true);
    },
  },
  {
    name: 'of 50 at once exactly one is first',
    async run({ store, elsewhere }) {
      const value = fresh();
      const verdicts = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, at) => (at % 2 === 0 ? store : elsewhere).use(value, MINUTE_MS)),
      );
      assert.equal(verdicts.filter((verdict) => verdict === 'first').length, 1);
    },
  },
  {
    name: 'tells values apart to the last character, of any length and kind',
    async run({ store }) {
      const long = fresh().padEnd(10_000, 'x');
      for (const value of [
        fresh(),
        `${fresh()} `,
        `${long}1`,
        `${long}2`,
        '',
        '{tag}',
        'ä\u0000:*',
        '["a","b"]',
      ]) {
        assert.equal(await store.use(value, MINUTE_MS), 'first', JSON.stringify(value.slice(-20)));
        assert.equal(await store.use(value, MINUTE_MS), 'replayed');
      }
    },
  },
  {
    name: 'remembers a use for as long as it said, and no longer for a replay',
    async run({ store, advance }) {
      const value = fresh();
      assert.equal(await store.use(value, MINUTE_MS), 'first');
      await advance(MINUTE_MS / 2);
      assert.equal(await store.use(value, 10 * MINUTE_MS), 'replayed');
      await advance(MINUTE_MS / 2 - 5_000);
      assert.equal(await store.use(value, MINUTE_MS), 'replayed');
      await advance(10_000);
      assert.equal(await store.use(value, MINUTE_MS), 'first');
    },
  },
  {
    name: 'takes parts of a millisecond',
    async run({ store }) {
      const value = fresh();
      assert.equal(await store.use(value, MINUTE_MS + 0.25), 'first');
      assert.equal(await store.use(value, MINUTE_MS), 'replayed');
    },
  },
  {
    name: 'is first once of what has no time left as well',
    async run({ store }) {
      for (const ttlMs of [0, -0.5, -MINUTE_MS]) {
        const value = fresh();
        const verdicts = await Promise.all([store.use(value, ttlMs), store.use(value, ttlMs)]);
        assert.deepEqual(verdicts, ['first', 'replayed']);
      }
    },
  },
];
