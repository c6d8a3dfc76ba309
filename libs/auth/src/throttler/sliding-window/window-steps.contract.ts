import assert from 'node:assert/strict';
import type { ContractCase } from '../../testing/contract.js';
import type { SlidingWindowStore, WindowHit, WindowVerdict } from './sliding-window.store.js';

/** What the contract needs: the store, a clock that the test moves, and ids that no other test uses. */
export interface SlidingWindowHarness {
  readonly store: SlidingWindowStore;
  advance(ms: number): void;
  freshKey(): string;
}

/** A promise of the store. */
export type Case = ContractCase<SlidingWindowHarness>;

/** Length of the window of the cases. */
export const WINDOW_MS = 11_000;

/** A hit of the window that all cases use. */
export function hitOf(key: string, more: Partial<WindowHit> = {}): WindowHit {
  return { name: 'limit', key, limit: 1, windowMs: WINDOW_MS, blockMs: 0, cost: 1, ...more };
}

/** The verdict of one hit. */
export async function one(store: SlidingWindowStore, hit: WindowHit): Promise<WindowVerdict> {
  const [verdict] = await store.hit([hit]);
  assert.ok(verdict);
  return verdict;
}

/** Hits, and compares what came of it. */
export async function expectOutcomes(
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
