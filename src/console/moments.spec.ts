import { distanceOf, lengthOf, moment } from './moments.js';

const now = Date.UTC(2026, 10, 28, 7, 3, 9);

describe('moments in words', () => {
  it.each([
    [0, '0 seconds'],
    [1999, '1 second'],
    [60_000, '1 minute'],
    [3_599_999, '59 minutes'],
    [7_200_000, '2 hours'],
    [90 * 86_400_000, '90 days'],
  ])('%j ms are %s', (ms, words) => {
    expect(lengthOf(ms)).toBe(words);
  });

  it('are told from now', () => {
    expect([now - 180_000, now + 180_000, now + 999].map((at) => distanceOf(at, now))).toEqual([
      '3 minutes ago',
      'in 3 minutes',
      'now',
    ]);
    expect(String(moment(now, now))).toContain(
      '<time datetime="2026-11-28T07:03:09.000Z">2026-11-28 07:03:09</time>',
    );
  });
});
