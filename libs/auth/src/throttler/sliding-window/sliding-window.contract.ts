import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import type {
  SlidingWindowStore,
  WindowHit,
  WindowPrecision,
  WindowVerdict,
} from './sliding-window.store.js';

/** What the contract needs: the store, time that moves only when told to, and ids nobody else uses. */
export interface SlidingWindowHarness {
  readonly store: SlidingWindowStore;
  advance(ms: number): void;
  freshKey(): string;
}

type Case = ContractCase<SlidingWindowHarness>;

const WINDOW_MS = 11_000;

const precisions: readonly WindowPrecision[] = ['exact', 'bounded'];

/** The promises of a {@link SlidingWindowStore}. */
export const slidingWindowContract: readonly Case[] = [
  ...precisions.flatMap(casesOf),
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
      await expectOutcomes(store, [wide, narrow], ['spared', 'refused']);
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
      await expectOutcomes(store, [exact, bounded], ['spared', 'refused']);
      await expectOutcomes(store, [bounded, exact], ['refused', 'spared']);
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
    name: 'a cost of thousands is one decision',
    async run({ store, freshKey }) {
      const hit = hitOf(freshKey(), { limit: 10_000, cost: 9_000 });
      assert.equal((await one(store, hit)).outcome, 'admitted');
      assert.equal((await one(store, hit)).outcome, 'refused');
    },
  },
];

function casesOf(precision: WindowPrecision): Case[] {
  const hitFor = (key: string, more: Partial<WindowHit> = {}) => hitOf(key, { ...more, precision });
  return [
    {
      name: `${precision}: of 50 simultaneous hits exactly the limit is admitted`,
      async run({ store, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 10 });
        const verdicts = await Promise.all(Array.from({ length: 50 }, () => one(store, hit)));
        assert.equal(verdicts.filter(({ outcome }) => outcome === 'admitted').length, 10);
      },
    },
    {
      name: `${precision}: whoever waits as told is admitted`,
      async run({ store, advance, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 2 });
        await expectOutcomes(store, [hit], ['admitted']);
        advance(4321);
        await expectOutcomes(store, [hit], ['admitted']);
        const refused = await one(store, hit);
        assert.equal(refused.outcome, 'refused');
        advance(refused.outcome === 'refused' ? refused.waitMs : 0);
        await expectOutcomes(store, [hit], ['admitted']);
      },
    },
    {
      name: `${precision}: a limit of 0 refuses always and a cost above the limit never passes`,
      async run({ store, freshKey }) {
        const closed = { outcome: 'refused', used: 1, waitMs: WINDOW_MS };
        assert.deepEqual(await one(store, hitFor(freshKey(), { limit: 0 })), closed);
        assert.deepEqual(await one(store, hitFor(freshKey(), { limit: 2, cost: 3 })), { ...closed, used: 3 });
      },
    },
    {
      name: `${precision}: a refusal starts a block, which later refusals don't prolong`,
      async run({ store, advance, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 1, blockMs: 30_000 });
        await expectOutcomes(store, [hit], ['admitted']);
        assert.deepEqual(await one(store, hit), { outcome: 'refused', used: 2, waitMs: 30_000 });
        advance(29_000);
        const again = await one(store, hit);
        assert.ok(again.outcome === 'refused' && again.waitMs === 1000);
        advance(1000);
        await expectOutcomes(store, [hit], ['admitted']);
      },
    },
    {
      name: `${precision}: a block that is shorter than the window gives no quota back`,
      async run({ store, advance, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 1, blockMs: 1000 });
        await expectOutcomes(store, [hit], ['admitted']);
        const refused = await one(store, hit);
        assert.ok(refused.outcome === 'refused' && refused.waitMs >= WINDOW_MS);
        advance(1001);
        await expectOutcomes(store, [hit], ['refused']);
      },
    },
    {
      name: `${precision}: reward gives the newest units back, never more than there are`,
      async run({ store, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 2 });
        await store.reward(hit, 3);
        await expectOutcomes(store, [hit], ['admitted']);
        await expectOutcomes(store, [hit], ['admitted']);
        await store.reward(hit, 1);
        assert.equal((await store.peek(hit, WINDOW_MS)).used, 1);
        await store.reward(hit, 5);
        assert.equal((await store.peek(hit, WINDOW_MS)).used, 0);
      },
    },
    {
      name: `${precision}: block refuses until its end, reset forgets block and units`,
      async run({ store, advance, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 1 });
        await expectOutcomes(store, [hit], ['admitted']);
        await store.block(hit, 20_000);
        assert.deepEqual(await store.peek(hit, WINDOW_MS), { used: 1, blockedMs: 20_000 });
        await store.block(hit, 15_000);
        advance(14_999);
        assert.deepEqual(await one(store, hit), { outcome: 'refused', used: 1, waitMs: 1 });
        await store.reset(hit);
        assert.deepEqual(await store.peek(hit, WINDOW_MS), { used: 0, blockedMs: 0 });
        await expectOutcomes(store, [hit], ['admitted']);
      },
    },
    {
      name: `${precision}: names and keys don't influence each other`,
      async run({ store, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 1 });
        await expectOutcomes(store, [hit], ['admitted']);
        await expectOutcomes(store, [{ ...hit, name: 'other' }], ['admitted']);
        await expectOutcomes(store, [hitFor(freshKey(), { limit: 1 })], ['admitted']);
      },
    },
  ];
}

function hitOf(key: string, more: Partial<WindowHit> = {}): WindowHit {
  return { name: 'limit', key, limit: 1, windowMs: WINDOW_MS, blockMs: 0, cost: 1, ...more };
}

async function one(store: SlidingWindowStore, hit: WindowHit): Promise<WindowVerdict> {
  const [verdict] = await store.hit([hit]);
  assert.ok(verdict);
  return verdict;
}

async function expectOutcomes(
  store: SlidingWindowStore,
  hits: readonly WindowHit[],
  outcomes: readonly WindowVerdict['outcome'][],
): Promise<void> {
  const verdicts = await store.hit(hits);
  assert.deepEqual(
    verdicts.map(({ outcome }) => outcome),
    outcomes,
  );
}
