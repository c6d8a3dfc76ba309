import { compareLimits, shortest } from './limits.js';
import { implies, loginImplies, requirementsOf } from './requirements.js';

describe('a duration', () => {
  it.each([
    [0, '0ms'],
    [250, '250ms'],
    [1500, '1500ms'],
    [60_000, '1m'],
    [90_000, '90s'],
    [86_400_000, '1d'],
  ])('of %d ms is %s', (ms, text) => {
    expect(shortest(ms)).toBe(text);
  });
});

describe('a limit', () => {
  it.each([
    ['20 in 1m of each ip', 'loosened'],
    ['10 in 30s of each ip', 'loosened'],
    ['20 in 2m of each ip', 'loosened'],
    ['5 in 1m of each ip', 'tightened'],
    ['10 in 1m of each ip, then blocked for 5m', 'tightened'],
    ['10 in 1m of each ip, 2 for a call', 'tightened'],
    ['20 in 1h of each ip', 'changed'],
    ['10 in 1m of each user', 'changed'],
    ['as the app says in 1m of each ip', 'changed'],
  ])('of 10 in 1m that becomes %s is %s', (now, kind) => {
    expect(compareLimits(now, '10 in 1m of each ip')).toBe(kind);
  });
});

describe('requirements', () => {
  const permissions = (mode: 'any' | 'all', ...names: string[]) =>
    ({ kind: 'permissions', mode, names }) as const;

  it('say one thing in one way', () => {
    const facts = ['permission a', 'permission b'];
    expect(requirementsOf([permissions('all', 'b', 'a', 'b')])).toEqual(facts);
    expect(requirementsOf([permissions('any', 'a'), permissions('all', 'b', 'a')])).toEqual(facts);
    expect(requirementsOf([permissions('any', 'b', 'a')])).toEqual(['permission a or b']);
  });

  it.each([
    [['permission a'], ['permission a or b'], true],
    [['permission a or b'], ['permission a'], false],
    [['permission a', 'permission b'], ['permission a or b'], true],
    [['permission a', 'scope s'], ['permission a'], true],
    [['role a'], ['permission a'], false],
    [['permission a'], [], true],
    [[], ['permission a'], false],
  ])('%j imply %j: %s', (given, wanted, answer) => {
    expect(implies(given, wanted)).toBe(answer);
  });
});

describe('what is asked of a login', () => {
  it.each([
    [['within 5m'], ['within 10m'], true],
    [['within 10m'], ['within 5m'], false],
    [['acr gold'], ['acr gold or silver'], true],
    [['acr gold or silver'], ['acr gold'], false],
    [['acr gold'], ['acr silver'], false],
    [['amr otp'], ['acr otp'], false],
    [['acr gold', 'within 5m'], ['acr gold or silver', 'within 10m'], true],
    [['acr gold', 'within 10m'], ['acr gold or silver', 'within 5m'], false],
    [['amr hwk', 'amr otp'], ['amr otp'], true],
    [[], ['acr gold'], false],
  ])('%j implies %j: %s', (given, wanted, answer) => {
    expect(loginImplies(given, wanted)).toBe(answer);
  });
});
