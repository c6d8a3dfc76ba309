import { isTooOld } from './redis-warnings.js';

describe('the oldest Redis', () => {
  it.each([
    ['5.0.14', true],
    ['6.0.20', true],
    ['6.2.0', false],
    ['7.0.15', false],
    ['8.4.0', false],
    ['10.0.0', false],
    // Whoever tells no number is left alone.
    ['unstable', false],
  ])('is not %s: %s', (version, tooOld) => {
    expect(isTooOld(version)).toBe(tooOld);
  });
});
