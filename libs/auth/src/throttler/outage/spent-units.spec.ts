import { ManualClock } from '../../testing/manual-clock.js';
import { MemorySlidingWindowStore } from '../sliding-window/memory-sliding-window.store.js';
import { OutageWindows } from './outage-windows.js';
import { KnownWindows } from './known-windows.js';
import { MAX_ENTRIES } from './spent-units.js';

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
});
