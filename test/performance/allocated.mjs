import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { CALLERS } from './callers.mjs';

const ROUNDS = 5;
/** So many rounds go before those that count: what is compiled takes less than what is interpreted. */
const WARM_UP = 5;

let collections = 0;
const observer = new PerformanceObserver((list) => {
  const minor = list.getEntries().filter(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MINOR);
  collections += minor.length;
});
observer.observe({ entryTypes: ['gc'] });

/**
 * Bytes of the heap that one request takes, whatever becomes of them: how much it grows while nothing is collected, in several
 * rounds of so many requests each (`times` those of all callers). Needs `--expose-gc`, and a young generation that holds a round
 * (`--min-semi-space-size`).
 */
export async function bytesOf(send, times) {
  await send({ callers: CALLERS, times: WARM_UP * times });
  // Of what comes after that one is told a turn later.
  globalThis.gc();
  await turn();
  collections = 0;
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    await send({ callers: CALLERS, times });
    rounds.push((process.memoryUsage().heapUsed - before) / (CALLERS * times));
  }
  await turn();
  if (collections > 0) throw new Error(`${collections} collections: the young generation is too small`);
  return rounds.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}
