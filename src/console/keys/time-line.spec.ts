import { type Key, timeLine } from './time-line.js';

const now = Date.UTC(2026, 10, 28);
const DAY_MS = 86_400_000;
const key = (more: Partial<Key>): Key => ({ kid: 'kid', algorithm: 'ES256', state: 'active', ...more });

/** What the bars look like, with where they begin and how wide they are, in per cent. */
const barsOf = (...keys: Key[]) =>
  [...String(timeLine(keys, now)).matchAll(/<rect\s+class="(\w+)"\s+x="([\d.]+)%"\s+width="([\d.]+)%"/g)].map(
    ([, look, x, width]) => ({ look, x: Number(x), width: Number(width) }),
  );

describe('the time line of keys', () => {
  it('shows a rotation: one that retires, and one that follows it', () => {
    const takesOver = now + DAY_MS;
    const bars = barsOf(
      key({ activeFrom: now - 9 * DAY_MS, retiringFrom: takesOver, retiredFrom: takesOver + DAY_MS }),
      key({ state: 'pending', activeFrom: takesOver }),
    );
    expect(bars.map(({ look }) => look)).toEqual(['signs', 'verifies', 'waits', 'signs']);
    const [signed, verifies, waits, signs] = bars;
    expect(verifies?.x).toBeCloseTo((signed?.x ?? 0) + (signed?.width ?? 0), 1);
    expect(signs?.x).toBeCloseTo((waits?.x ?? 0) + (waits?.width ?? 0), 1);
    expect((signs?.x ?? 0) + (signs?.width ?? 0)).toBeCloseTo(100, 1);
  });

  it('shows what was given from the beginning to the end', () => {
    expect(barsOf(key({}))).toEqual([{ look: 'signs', x: 0, width: 100 }]);
    expect(barsOf(key({ state: 'retiring' }))).toEqual([{ look: 'verifies', x: 0, width: 100 }]);
  });

  it('writes names as text, and cuts long ones', () => {
    const line = String(timeLine([key({ kid: '<b>&' }), key({ kid: 'k'.repeat(60) })], now));
    expect(line).toContain('&lt;b&gt;&amp;');
    expect(line).toContain(`>${'k'.repeat(15)}…<`);
  });
});
