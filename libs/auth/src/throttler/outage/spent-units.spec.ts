import { ManualClock } from '../../testing/manual-clock.js';
import { MemorySlidingWindowStore } from '../sliding-window/memory-sliding-window.store.js';
import { OutageWindows } from './outage-windows.js';
import { KnownWindows } from './known-windows.js';
import { MAX_ENTRIES, UnitLog } from './spent-units.js';

describe('what is remembered of a window', () => {
  it('stays small however many calls an outage admits, and forgets none of them', async () => {
    const clock = new ManualClock();
    const known = new KnownWindows(clock);
    const windows = new OutageWindows(new MemorySlidingWindowStore(clock), known);
    const hit = { name: 'a', key: 'b', limit: 1_000, windowMs: 60_000, blockMs: 0, cost: 1 };
    for (let call = 0; call < 1_000; call += 1) {
      await windows.hit([hit]);
      clock.advance(10);
    }
    const { held, entries } = known.of(hit).beside!.units;
    expect(held).toBe(1_000);
    expect(entries.length).toBeLessThanOrEqual(MAX_ENTRIES);
  });

  it('is given back from the newest, expires from the oldest, and what was replayed is told no more', () => {
    const log = new UnitLog();
    for (const [at, own, others] of [
      [1, 1, 0],
      [1, 0, 2],
      [5, 2, 1],
      [9, 1, 0],
    ] as const)
      log.add(at, own, others);
    log.giveBack(3);
    expect(log.entries).toEqual([
      { at: 1, own: 1, others: 2 },
      { at: 5, own: 0, others: 1 },
    ]);
    log.fresh = 0;
    log.add(12, 2, 0);
    expect(log.newest(log.fresh)).toEqual([{ at: 12, own: 2, others: 0 }]);
    expect(log.settle(2, 6, 13)).toBe(4);
    log.expire(12);
    expect([log.held, log.fresh, log.entries]).toEqual([0, 0, []]);
  });
});
