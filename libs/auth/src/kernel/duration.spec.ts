import { ConfigurationFindings } from './configuration-error.js';
import { parseDuration, resolveDuration } from './duration.js';

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

describe('resolveDuration', () => {
  it('takes the fallback for nothing and reports what is wrong or out of bounds', () => {
    const findings = new ConfigurationFindings();
    expect(resolveDuration('a', undefined, 7, findings)).toBe(7);
    expect(resolveDuration('b', 'soon', 7, findings)).toBe(7);
    expect(resolveDuration('c', '1h', 7, findings, { max: 60_000 })).toBe(7);
    expect(() => findings.throwIfAny()).toThrow(
      expect.objectContaining({
        findings: [expect.objectContaining({ option: 'b' }), expect.objectContaining({ option: 'c' })],
      }),
    );
  });
});
