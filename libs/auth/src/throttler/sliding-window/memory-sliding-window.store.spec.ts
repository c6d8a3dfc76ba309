import { ManualClock } from '../../testing/manual-clock.js';
import { MemorySlidingWindowStore } from './memory-sliding-window.store.js';

const WINDOW_MS = 30_000;

describe('law (e): nothing is left', () => {
  it('memory: a sweep one window after the last accepted hit empties the store', async () => {
    const clock = new ManualClock();
    const store = new MemorySlidingWindowStore(clock);
    for (let client = 0; client < 100; client++) {
      await store.hit([
        { name: 'law', key: `client-${client}`, limit: 1, windowMs: WINDOW_MS, blockMs: 0, cost: 1 },
      ]);
    }
    clock.advance(WINDOW_MS);
    store.sweep();
    expect(store.size).toBe(0);
  });

  it('memory: is bounded', async () => {
    const store = new MemorySlidingWindowStore(new ManualClock(), { maxWindows: 10 });
    for (let client = 0; client < 100; client++) {
      await store.hit([
        { name: 'law', key: `client-${client}`, limit: 1, windowMs: WINDOW_MS, blockMs: 0, cost: 1 },
      ]);
    }
    expect(store.size).toBe(10);
  });
});

it.each(['exact', 'bounded'] as const)(
  'a refused look of one length hides nothing from a longer one: %s',
  async (precision) => {
    const clock = new ManualClock();
    const store = new MemorySlidingWindowStore(clock);
    const ask = async (windowMs: number, limit: number) => {
      const hit = { name: 'law', key: 'client', precision, limit, windowMs, blockMs: 0, cost: 1 };
      return (await store.hit([hit]))[0]?.outcome;
    };
    expect(await ask(11_000, 2)).toBe('admitted');
    clock.advance(10_000);
    expect(await ask(11_000, 2)).toBe('admitted');
    clock.advance(2_000);
    expect(await ask(11_000, 1)).toBe('refused');
    expect(await ask(66_000, 2)).toBe('refused');
  },
);
