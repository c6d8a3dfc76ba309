import assert from 'node:assert/strict';
import { casesOfEither } from './either-precision.contract.js';
import type { WindowPrecision } from './sliding-window.store.js';
import { type Case, expectOutcomes, hitOf, one, WINDOW_MS } from './window-steps.contract.js';

export type { SlidingWindowHarness } from './window-steps.contract.js';

const precisions: readonly WindowPrecision[] = ['exact', 'bounded'];

/** The promises of a {@link SlidingWindowStore}. */
export const slidingWindowContract: readonly Case[] = [
  ...precisions.flatMap(casesOfEither),
  {
    name: 'exact: a unit leaves exactly one window after it was admitted, and not a millisecond earlier',
    async run({ store, advance, freshKey }) {
      const hit = hitOf(freshKey(), { limit: 1 });
      await expectOutcomes(store, [hit], ['admitted']);
      advance(WINDOW_MS - 1);
      assert.deepEqual(await one(store, hit), { outcome: 'refused', used: 2, waitMs: 1 });
      advance(1);
      await expectOutcomes(store, [hit], ['admitted']);
    },
  },
  {
    name: 'exact: the wait is that of the unit whose leaving makes room for the cost',
    async run({ store, advance, freshKey }) {
      const hit = hitOf(freshKey(), { limit: 3 });
      for (let unit = 0; unit < 3; unit++) {
        await expectOutcomes(store, [hit], ['admitted']);
        advance(1000);
      }
      assert.deepEqual(await one(store, hit), { outcome: 'refused', used: 4, waitMs: WINDOW_MS - 3000 });
      assert.deepEqual(await one(store, { ...hit, cost: 2 }), {
        outcome: 'refused',
        used: 5,
        waitMs: WINDOW_MS - 2000,
      });
    },
  },
  {
    name: 'two windows: check all, then spend in all or in none',
    async run({ store, freshKey }) {
      const key = freshKey();
      const wide = hitOf(key, { name: 'wide', limit: 5 });
      const narrow = hitOf(key, { name: 'narrow', limit: 1 });
      await expectOutcomes(store, [wide, narrow], ['admitted', 'admitted']);
      await expectOutcomes(store, [wide, narrow], ['uncounted', 'refused']);
      assert.equal((await store.peek(wide, WINDOW_MS)).used, 1);
    },
  },
  {
    name: 'a dry run is refused without keeping the others from spending',
    async run({ store, freshKey }) {
      const key = freshKey();
      const real = hitOf(key, { name: 'real', limit: 5 });
      const dry = hitOf(key, { name: 'dry', limit: 1, dryRun: true });
      await expectOutcomes(store, [real, dry], ['admitted', 'admitted']);
      await expectOutcomes(store, [real, dry], ['admitted', 'refused']);
    },
  },
  {
    name: 'different keys are decided each by itself, in the order of the hits',
    async run({ store, freshKey }) {
      const [one_, other] = [hitOf(freshKey(), { limit: 1 }), hitOf(freshKey(), { limit: 2 })];
      await expectOutcomes(store, [one_, other], ['admitted', 'admitted']);
      await expectOutcomes(store, [other, one_], ['admitted', 'refused']);
    },
  },
  {
    name: 'an exact and a bounded window are decided together',
    async run({ store, freshKey }) {
      const key = freshKey();
      const exact = hitOf(key, { name: 'exact', limit: 3 });
      const bounded = hitOf(key, { name: 'bounded', limit: 1, precision: 'bounded' });
      await expectOutcomes(store, [exact, bounded], ['admitted', 'admitted']);
      await expectOutcomes(store, [exact, bounded], ['uncounted', 'refused']);
      await expectOutcomes(store, [bounded, exact], ['refused', 'uncounted']);
      assert.equal((await store.peek(exact, WINDOW_MS)).used, 1);
    },
  },
  {
    name: 'exact: a limit of thousands is counted as exactly as a small one, while units leave all the time',
    async run({ store, advance, freshKey }) {
      const hit = hitOf(freshKey(), { limit: 1000, cost: 10 });
      for (let round = 0; round < 250; round++) {
        const { outcome } = await one(store, hit);
        // Every 110 ms ten units: a full window holds 100 rounds.
        assert.equal(outcome, 'admitted');
        advance(110);
      }
      assert.equal((await store.peek(hit, WINDOW_MS)).used, 990);
      await expectOutcomes(store, [hit], ['admitted']);
      assert.deepEqual(await one(store, hit), { outcome: 'refused', used: 1010, waitMs: 110 });
      await store.reward(hit, 15);
      assert.equal((await store.peek(hit, WINDOW_MS)).used, 985);
    },
  },
  {
    name: 'exact: a window nobody called for long is found empty, however much it held',
    async run({ store, advance, freshKey }) {
      const hit = hitOf(freshKey(), { limit: 2000, cost: 1000 });
      await expectOutcomes(store, [hit], ['admitted']);
      advance(WINDOW_MS - 1);
      await expectOutcomes(store, [hit], ['admitted']);
      advance(WINDOW_MS - 1);
      assert.equal((await store.peek(hit, WINDOW_MS)).used, 1000);
      await expectOutcomes(store, [{ ...hit, cost: 1001 }], ['refused']);
      await expectOutcomes(store, [hit], ['admitted']);
    },
  },
  {
    name: 'a generation lasts until the key is renewed, and is that of one key',
    async run({ store, advance, freshKey }) {
      const [key, other] = [freshKey(), freshKey()];
      assert.equal(await store.generation(key), '');
      await store.renew(key, 60_000);
      const first = await store.generation(key);
      assert.notEqual(first, '');
      advance(1000);
      assert.equal(await store.generation(key), first);
      await store.renew(key, 60_000);
      assert.notEqual(await store.generation(key), first);
      assert.equal(await store.generation(other), '');
    },
  },
  {
    name: 'what is uncounted tells how much there is',
    async run({ store, freshKey }) {
      const key = freshKey();
      const [wide, narrow] = [
        hitOf(key, { name: 'wide', limit: 9 }),
        hitOf(key, { name: 'narrow', limit: 2 }),
      ];
      for (let call = 0; call < 2; call++) await store.hit([wide, narrow]);
      const [uncounted] = await store.hit([wide, narrow]);
      // Where refusals are remembered, nobody looks.
      if (uncounted?.outcome === 'uncounted' && uncounted.used === undefined) return;
      assert.deepEqual(uncounted, { outcome: 'uncounted', used: 2 });
    },
  },
  {
    name: 'a cost of thousands is one decision',
    async run({ store, freshKey }) {
      const hit = hitOf(freshKey(), { limit: 10_000, cost: 9_000 });
      assert.equal((await one(store, hit)).outcome, 'admitted');
      assert.equal((await one(store, hit)).outcome, 'refused');
    },
  },
];
