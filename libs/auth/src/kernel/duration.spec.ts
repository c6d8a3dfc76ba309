import { parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    [0, 0],
    [1500, 1500],
    ['250ms', 250],
    ['90s', 90_000],
    ['15m', 900_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
  ])('reads %j as %d ms', (value, millis) => {
    expect(parseDuration(value)).toBe(millis);
  });

  it.each([
    -1,
    1.5,
    Number.NaN,
    Infinity,
    '',
    '15',
    '15 m',
    '-1m',
    '1m30s',
    '1y',
    'soon',
    null,
    undefined,
    {},
    [5],
    5n,
  ])('refuses %p', (value) => {
    expect(parseDuration(value)).toBeUndefined();
  });
});
