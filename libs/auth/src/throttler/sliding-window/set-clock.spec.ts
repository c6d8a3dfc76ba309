import { behindDenials, windowMedia } from '../../../../../test/throttler/window-media.js';
import type { WindowHit, WindowPrecision } from './sliding-window.store.js';

const HOUR_MS = 3_600_000;
const WINDOW_MS = 30_000;

const [inMemory] = windowMedia;
const media = [
  { name: 'in memory', start: inMemory!.start },
  { name: 'in memory, behind remembered refusals', start: async () => behindDenials() },
];
const cases = media.flatMap((medium) =>
  (['exact', 'bounded'] as const).flatMap((precision) =>
    [0, 60_000].map((blockMs) => ({ ...medium, precision, blockMs })),
  ),
);

describe.each(cases)(
  '[10-9] $precision limits $name, blocks of $blockMs ms',
  ({ start, precision, blockMs }) => {
    const hitOf = (key: string): WindowHit & { precision: WindowPrecision } => ({
      name: 'law',
      key,
      precision,
      limit: 1,
      windowMs: WINDOW_MS,
      blockMs,
      cost: 1,
    });
    const refusedMs = Math.max(blockMs, WINDOW_MS) * (precision === 'bounded' ? 1.1 : 1);

    it.each([
      ['forth', HOUR_MS],
      ['back', -HOUR_MS],
    ])('end when their time has passed, though the clock of the host is set %s', async (_, byMs) => {
      const { clock, store } = await start();
      const hit = async (): Promise<string | undefined> => (await store.hit([hitOf('client')]))[0]?.outcome;
      expect([await hit(), await hit()]).toEqual(['admitted', 'refused']);
      clock.set(byMs);
      expect(await hit()).toBe('refused');
      clock.advance(refusedMs);
      expect(await hit()).toBe('admitted');
    });
  },
);
