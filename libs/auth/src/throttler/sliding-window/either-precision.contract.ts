import assert from 'node:assert/strict';
import { blockCasesOf } from './block-cases.contract.js';
import type { WindowHit, WindowPrecision } from './sliding-window.store.js';
import { type Case, expectOutcomes, hitOf, one, WINDOW_MS } from './window-steps.contract.js';

/** What a window promises whether it counts exactly or within a bound. */
export function casesOfEither(precision: WindowPrecision): Case[] {
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
      name: `${precision}: who waits as long as the refusal says is admitted`,
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
      name: `${precision}: neither a look nor a refusal changes anything, whatever length of the window they ask for`,
      async run({ store, advance, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 2 });
        await expectOutcomes(store, [hit], ['admitted']);
        advance(WINDOW_MS / 2);
        await expectOutcomes(store, [hit], ['admitted']);
        for (const windowMs of [1, 10 * WINDOW_MS]) await store.peek(hit, windowMs);
        await expectOutcomes(store, [{ ...hit, windowMs: 10 * WINDOW_MS }], ['refused']);
        await expectOutcomes(store, [hit], ['refused']);
        // Of 12 counters, 11 make a window.
        advance(WINDOW_MS / 2 + WINDOW_MS / 11);
        await expectOutcomes(store, [hit], ['admitted']);
      },
    },
    ...blockCasesOf(precision),
    {
      name: `${precision}: names and keys don't influence each other`,
      async run({ store, freshKey }) {
        const hit = hitFor(freshKey(), { limit: 1 });
        await expectOutcomes(store, [hit], ['admitted']);
        await expectOutcomes(store, [{ ...hit, name: 'other' }], ['admitted']);
        await expectOutcomes(store, [hitFor(freshKey(), { limit: 1 })], ['admitted']);
        const rest = freshKey();
        for (const [name, key] of [
          ['a', `b:${rest}`],
          ['a:b', rest],
        ] as const) {
          await expectOutcomes(store, [hitFor(key, { name, limit: 1 })], ['admitted']);
          await expectOutcomes(store, [hitFor(key, { name, limit: 1 })], ['refused']);
        }
      },
    },
  ];
}
