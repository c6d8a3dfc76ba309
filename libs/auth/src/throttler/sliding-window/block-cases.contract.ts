import assert from 'node:assert/strict';
import type { WindowHit, WindowPrecision } from './sliding-window.store.js';
import { type Case, expectOutcomes, hitOf, one, WINDOW_MS } from './window-steps.contract.js';

/** What the store promises of blocks. */
export function blockCasesOf(precision: WindowPrecision): Case[] {
  const hitFor = (key: string, more: Partial<WindowHit> = {}) => hitOf(key, { ...more, precision });
  return [
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
      name: `${precision}: a block, once over, has replaced what was counted, even one shorter than the window`,
      async run({ store, advance, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 2, blockMs: 1000 });
        await expectOutcomes(store, [hit], ['admitted']);
        await expectOutcomes(store, [hit], ['admitted']);
        assert.deepEqual(await one(store, hit), { outcome: 'refused', used: 3, waitMs: 1000 });
        advance(999);
        const again = await one(store, hit);
        assert.ok(again.outcome === 'refused' && again.waitMs === 1);
        advance(1);
        await expectOutcomes(store, [hit], ['admitted']);
        await expectOutcomes(store, [hit], ['admitted']);
        await expectOutcomes(store, [hit], ['refused']);
      },
    },
    {
      name: `${precision}: after a block by an operator, what was counted counts`,
      async run({ store, advance, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 1 });
        await expectOutcomes(store, [hit], ['admitted']);
        await store.block(hit, 1000);
        advance(1001);
        await expectOutcomes(store, [hit], ['refused']);
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
  ];
}
